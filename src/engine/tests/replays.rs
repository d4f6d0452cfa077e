//! Cold starts of real fleets, where their logs are at hand; and of a made-up log everywhere.

use std::{fs, path::Path, process::Command};

/// Runs the example on logs; its exit status and what it says.
fn replay(logs: &[String]) -> (bool, String) {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "-p", "burstlab-engine", "--example", "replay", "--"])
        .args(logs)
        .output()
        .expect("cargo runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

fn mean_error(text: &str) -> f64 {
    let line =
        text.lines().find_map(|line| line.strip_prefix("mean error ")).expect("a mean error is printed");
    line.trim_end_matches(" %").parse().expect("a number in percent")
}

#[test]
fn real_logs_have_as_many_cold_starts_as_simulated() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/traces/aws_lambda_real_requests");
    let Ok(files) = fs::read_dir(&folder) else {
        eprintln!("skipped: the request logs are not at hand");
        return;
    };
    let logs: Vec<String> =
        files.map(|file| file.expect("a readable file").path().display().to_string()).collect();
    let (ok, text) = replay(&logs);
    assert!(ok && mean_error(&text) <= 7.0, "{text}");
}

#[test]
fn a_made_up_log_of_known_gaps_is_replayed_exactly() {
    let log = sample(
        "gaps.csv",
        "is_cold,client_start_time,client_end_time\n\
        False,1000.0,1001.0\nFalse,1600.0,1601.0\nTrue,2300.0,2302.0\n\"True\",2301.0,2302.5\nFalse,2400.0,2401.0\n",
    );
    let (ok, text) = replay(&[log]);
    assert!(ok && text.contains("mean error 0.0 %"), "{text}");
}

#[test]
fn a_broken_log_is_refused_with_its_line() {
    let log =
        sample("broken.csv", "is_cold,client_start_time,client_end_time\nTrue,1.0,2.0\nperhaps,2.0,3.0\n");
    let (ok, text) = replay(&[log]);
    assert!(!ok && text.contains("line") && text.contains("perhaps"), "{text}");
}

fn sample(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("the target folder is writable");
    path.display().to_string()
}
