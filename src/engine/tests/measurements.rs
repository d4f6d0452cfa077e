//! The example that holds the model against published measurements: on made-up entries of every kind, and on the
//! real ones where they are at hand.

use std::{fs, path::Path, process::Command};

/// Runs the example; its exit status and what it says.
fn measurements(arguments: &[&str]) -> (i32, String) {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "-p", "burstlab-engine", "--example", "measurements", "--"])
        .args(arguments)
        .output()
        .expect("cargo runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
}

fn place(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

const SAMPLE: &str = "examples/measurements/sample.json";

/// A folder with files of these names and texts.
fn folder(name: &str, files: &[(&str, &str)]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("the target folder is writable");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("the target folder is writable");
    }
    folder.display().to_string()
}

const LOG: &str = "is_cold,client_start_time,client_end_time\n\
    True,1000.0,1001.0\nFalse,1600.0,1601.0\nTrue,2300.0,2302.0\nFalse,2400.0,2401.0\n";
const RUNS: &str =
    r#"{"decoded": {"memoryMB": [128, 256, 512, 1024], "avgDurationMs": [1430.0, 725.0, 370.0, 196.0]}}"#;

#[test]
fn made_up_entries_of_every_kind_get_their_verdict_or_a_reason() {
    let data = folder("measured", &[("made-up-log.csv", LOG), ("power_tuning_runs.jsonl", RUNS)]);
    let (status, text) = measurements(&[&place(SAMPLE), "--data", &data]);
    assert_eq!(status, 0, "{text}");
    for line in [
        "over 3 arrival rates",
        "median error of 1 curves",
        "no memory explains it",
        "it is of another provider",
        "answers to this kind: phase of the moon",
        "0 FAILED; 3 entries out of reach of 31",
    ] {
        assert!(text.contains(line), "{line} is missing in:\n{text}");
    }
}

#[test]
fn a_figure_outside_its_tolerance_fails() {
    let wrong = fs::read_to_string(place(SAMPLE))
        .expect("the sample")
        .replace(r#""drain_min": 1.75"#, r#""drain_min": 2.75"#);
    let data = folder("wrong", &[("wrong.json", &wrong)]);
    let (status, text) = measurements(&[&format!("{data}/wrong.json")]);
    assert_eq!(status, 1, "{text}");
    let failed: Vec<_> = text.lines().filter(|line| line.ends_with("FAILED")).collect();
    assert!(failed.len() == 1 && failed[0].starts_with("made_up_drain"), "{text}");
    assert!(text.contains("--data, which was not given"), "{text}");
}

#[test]
fn what_cannot_be_read_is_refused_with_a_word_of_why() {
    let data = folder("unread", &[("text.json", "no JSON at all")]);
    for (arguments, word) in [
        (vec![], "missing"),
        (vec!["/nowhere/at/all.json"], "No such file"),
        (vec![&*format!("{data}/text.json")], "expected"),
        (vec![&*place(SAMPLE), "--data", "/nowhere"], "is no folder"),
        (vec![&*place(SAMPLE), "other.json"], "one file at a time"),
    ] {
        let (status, text) = measurements(&arguments);
        assert_eq!(status, 2, "{arguments:?}: {text}");
        assert!(text.contains(word) && text.contains("usage: measurements"), "{arguments:?}: {text}");
    }
}

#[test]
fn published_measurements_are_met() {
    let shared = place("../../../shared");
    let file = format!("{shared}/reference/measurements.json");
    if !Path::new(&file).exists() {
        eprintln!("skipped: the measurements are not at hand");
        return;
    }
    let (status, text) = measurements(&[&file, "--data", &format!("{shared}/data")]);
    assert_eq!(status, 0, "{text}");
    let shares = text.lines().filter(|line| line.contains("cold share  ") && line.ends_with("ok")).count();
    assert!(shares >= 8, "{shares} of the arrival rates:\n{text}");
}
