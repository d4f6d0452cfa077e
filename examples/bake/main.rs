//! Bakes the answer to each situation into a built site, so that it says something true before any code runs:
//!
//! ```text
//! cargo run --example bake -- FOLDER [ADDRESS]
//! ```
//!
//! `FOLDER/index.html` is filled with the first situation's answer. Beside it come, for every situation, a page of its
//! own (`KEY.html`, which opens with it), a picture for previews (`KEY.png`, 1200 × 630) and a description for sites
//! that embed by oEmbed (`KEY.oembed.json`), and the icon in the sizes of home screens. Previews want whole addresses: give the one that the site will have.
//! Without it they are relative. The numbers are simulated here, by the engine that the page has.
#![expect(clippy::print_stderr, reason = "a command-line program speaks through its output")]

mod answer;
mod card;
mod page;

use std::{error::Error, fs, path::Path, process::ExitCode};

use answer::Answer;
use burstlab_engine::scenario::presets;

const USAGE: &str = "cargo run --example bake -- FOLDER [ADDRESS]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, address) = match arguments.as_slice() {
        [folder] => (folder, ""),
        [folder, address] => (folder, address.as_str()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match bake(Path::new(folder), address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bake(folder: &Path, address: &str) -> Result<(), Box<dyn Error>> {
    let index = folder.join("index.html");
    let blank = fs::read_to_string(&index).map_err(|error| format!("{}: {error}", index.display()))?;
    let base =
        if address.is_empty() { "./".to_owned() } else { format!("{}/", address.trim_end_matches('/')) };
    let icon = fs::read_to_string(folder.join("favicon.svg"))?;
    for size in [192, 512] {
        fs::write(folder.join(format!("icon-{size}.png")), card::icon(&icon, size)?)?;
    }
    for (place, preset) in presets().iter().enumerate() {
        let answer = Answer::to(preset);
        let whole = page::filled(&blank, &answer, &base)?;
        fs::write(folder.join(format!("{}.html", preset.key)), &whole)?;
        fs::write(folder.join(format!("{}.png", preset.key)), card::picture(&answer)?)?;
        fs::write(folder.join(format!("{}.oembed.json", preset.key)), page::oembed(&answer, &base))?;
        if place == 0 {
            fs::write(&index, whole)?;
        }
    }
    Ok(())
}
