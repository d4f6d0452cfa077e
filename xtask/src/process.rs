//! Starting other programs: aloud, silently, or with a clock while they take minutes.
//!
//! None of them gets our stdin: a prompt in a pipeline would wait for ever.

use crate::failure::{Result, While, fail};
use crate::house;
use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const CLOCK_STRIKES_EVERY: Duration = Duration::from_secs(15);

/// A command that starts in the root of the repository.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(house::root()).stdin(Stdio::null());
    command
}

/// The very cargo that runs us, so that a toolchain override (`cargo +nightly xtask`) reaches every step.
pub fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs with its output shown as it comes.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().doing(|| could_not_start(command))?;
    judge(command, status)
}

/// Runs silently and returns what it printed.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::piped()).output().doing(|| could_not_start(command))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    fail(format!("`{}` failed: {}", line(command), String::from_utf8_lossy(&output.stderr).trim()))
}

/// Runs with its output in a log, and the seconds shown; the end of the log is shown if it fails.
pub fn run_with_clock(label: &str, command: &mut Command, log: &Path) -> Result<()> {
    let start = Instant::now();
    println!("   {label} …");
    let file = File::create(log).doing(|| format!("could not write the log {}", log.display()))?;
    let errors = file.try_clone().doing(|| format!("could not write the log {}", log.display()))?;
    let mut child = command.stdout(file).stderr(errors).spawn().doing(|| could_not_start(command))?;
    let status = wait_with_clock(label, &mut child, start)?;
    if !status.success() {
        println!("{}", last_lines(log, 30));
    }
    judge(command, status)?;
    println!("   {label}: done in {} s", start.elapsed().as_secs());
    Ok(())
}

fn wait_with_clock(label: &str, child: &mut Child, start: Instant) -> Result<ExitStatus> {
    let mut strikes = 1;
    loop {
        if let Some(status) = child.try_wait().doing(|| format!("lost sight of {label}"))? {
            return Ok(status);
        }
        if start.elapsed() > CLOCK_STRIKES_EVERY * strikes {
            println!("   {label}: {} s", start.elapsed().as_secs());
            strikes += 1;
        }
        sleep(Duration::from_millis(100));
    }
}

/// Whether a program can be started at all.
pub fn answers(name: impl AsRef<OsStr>, argument: &str) -> bool {
    capture(program(name).arg(argument)).is_ok()
}

fn judge(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { fail(format!("`{}` failed ({status}).", line(command))) }
}

fn could_not_start(command: &Command) -> String {
    format!("could not start `{}`", command.get_program().to_string_lossy())
}

/// The command as one would type it, without the path of the program.
fn line(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    let text = words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ");
    if text.chars().count() > 160 { text.chars().take(160).collect::<String>() + " …" } else { text }
}

fn last_lines(log: &Path, count: usize) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
