//! `cargo xtask test`: everything that has to hold, in the order in which a mistake is cheapest to find.
//!
//! A failed step does not hide the others; the command fails at the end.

use crate::arguments::Arguments;
use crate::failure::{Failure, Result, fail};
use crate::house;
use crate::process::{cargo, program, run};
use crate::server::{Server, Site};
use crate::site::{Purpose, build, comparer_is_light, first_load_is_light};
use crate::tools::{Chromium, Engine, Ready, Toolbox, WASM, components_ready, wasm_target_ready};
use std::fs;
use std::process::Command;
use std::time::Instant;

pub fn test(mut arguments: Arguments) -> Result<()> {
    let skip_browser = arguments.flag("--skip-browser");
    arguments.finish()?;
    let mut suite = Suite::new();
    let browsing = suite.set_up(skip_browser)?;
    suite.native_steps();
    match browsing {
        Some((toolbox, chromium)) => suite.browser_steps(&toolbox, &chromium),
        None => println!("\nThe browser tests were skipped (--skip-browser)."),
    }
    suite.close()
}

/// The steps so far.
struct Suite {
    start: Instant,
    passed: usize,
    skipped: usize,
    failures: Vec<(&'static str, Failure)>,
}

impl Suite {
    fn new() -> Self {
        Self { start: Instant::now(), passed: 0, skipped: 0, failures: Vec::new() }
    }

    /// Without its tools nothing else is worth starting, so this one may end the command.
    fn set_up(&self, skip_browser: bool) -> Result<Option<(Toolbox, Chromium)>> {
        println!("== set-up");
        components_ready()?;
        wasm_target_ready()?;
        let browsing = if skip_browser { None } else { Some(Toolbox::for_browsing()?) };
        println!("   ready after {:.1} s", self.start.elapsed().as_secs_f32());
        Ok(browsing)
    }

    fn native_steps(&mut self) {
        self.step("format", || run(cargo().args(["fmt", "--all", "--check"])));
        self.step("lints, native", || {
            run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
        });
        self.step("lints, browser", || {
            let packages = ["-p", "burstlab", "-p", "burstlab-engine"];
            run(cargo()
                .args(["clippy", "--quiet", "--target", WASM])
                .args(packages)
                .args(["--", "-D", "warnings"]))
        });
        self.step("native tests", || run(cargo().args(["test", "--workspace", "--no-fail-fast"])));
    }

    fn browser_steps(&mut self, toolbox: &Toolbox, chromium: &Chromium) {
        if let tests @ [_, ..] = wasm_tests().as_slice() {
            self.step("tests in the browser's wasm", || run_wasm_tests(tests, toolbox, chromium));
        }
        if self.step("release site", || build(toolbox, Purpose::Release)) {
            self.step("weight of the first load", first_load_is_light);
            self.step("weight of the comparison", comparer_is_light);
            self.step("end to end, in Chromium", || run_end_to_end(chromium));
            Engine::ALL.into_iter().for_each(|engine| self.smoke_step(engine, chromium));
        }
    }

    /// A machine that cannot have an engine is not at fault.
    fn smoke_step(&mut self, engine: Engine, chromium: &Chromium) {
        let heading = match engine {
            Engine::Firefox => "smoke, in Firefox",
            Engine::WebKit => "smoke, in WebKit",
        };
        match engine.ready() {
            Ok(ready) => {
                self.step(heading, || run_smoke(engine, &ready, chromium));
            }
            Err(why) => {
                println!("\n== {heading}\n   {heading}: SKIPPED: {why}");
                self.skipped += 1;
            }
        }
    }

    fn step(&mut self, heading: &'static str, check: impl FnOnce() -> Result<()>) -> bool {
        println!("\n== {heading}");
        let start = Instant::now();
        let verdict = check();
        let seconds = start.elapsed().as_secs_f32();
        match &verdict {
            Ok(()) => println!("   {heading}: good, {seconds:.1} s"),
            Err(failure) => println!("   {heading}: FAILED, {seconds:.1} s: {failure}"),
        }
        let good = verdict.is_ok();
        self.passed += usize::from(good);
        self.failures.extend(verdict.err().map(|failure| (heading, failure)));
        good
    }

    fn close(self) -> Result<()> {
        let steps = self.passed + self.skipped + self.failures.len();
        let skipped = if self.skipped > 0 { format!(", {} skipped", self.skipped) } else { String::new() };
        let seconds = self.start.elapsed().as_secs_f32();
        println!("\n{} of {steps} steps good{skipped}, {seconds:.0} s in all", self.passed);
        if self.failures.is_empty() {
            return Ok(());
        }
        let failed = self.failures.iter().map(|(heading, failure)| format!("\n  {heading}: {failure}"));
        fail(format!("some steps failed:{}", failed.collect::<String>()))
    }
}

/// The test files of the app that run inside the browser, by name.
fn wasm_tests() -> Vec<String> {
    let entries = fs::read_dir(house::root().join("tests")).into_iter().flatten().flatten();
    let files =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let ours =
        files.filter(|path| fs::read_to_string(path).is_ok_and(|text| text.contains("wasm_bindgen_test")));
    let mut names: Vec<_> = ours.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

fn run_wasm_tests(names: &[String], toolbox: &Toolbox, chromium: &Chromium) -> Result<()> {
    let mut test = cargo();
    test.args(["test", "--target", WASM, "-p", "burstlab"]);
    names.iter().for_each(|name| {
        test.args(["--test", name]);
    });
    test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    // The default of 20 s is for unit tests; a whole simulated day on a busy machine is not one.
    test.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    toolbox.lend(&mut test)?;
    chromium.lend(&mut test);
    run(&mut test)
}

/// Under the strict policy, so that a page which breaks it cannot pass.
fn run_end_to_end(chromium: &Chromium) -> Result<()> {
    let server = Server::start(Site::new(house::dist()).with_csp()?, 0)?;
    run(&mut browser_script("run.mjs", &server, chromium))
}

/// In another engine, whose numbers are compared with those of Chromium.
fn run_smoke(engine: Engine, ready: &Ready, chromium: &Chromium) -> Result<()> {
    let server = Server::start(Site::new(house::dist()).with_csp()?, 0)?;
    let mut script = browser_script("smoke.mjs", &server, chromium);
    ready.lend(&mut script);
    run(script.arg(engine.word()))
}

/// A script of tests/browser with the address of the site as its first argument.
pub fn browser_script(name: &str, server: &Server, chromium: &Chromium) -> Command {
    let mut node = program("node");
    node.arg(house::browser_tests().join(name)).arg(server.url());
    chromium.lend(&mut node);
    node
}
