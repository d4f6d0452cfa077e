//! A screen that nobody sees, for a browser that has no headless mode.

use crate::failure::{Result, While, fail};
use crate::process::program;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

/// An X server on a display of its own; it ends with this.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts Xvfb, which finds a free display by itself and says which once it listens.
    pub fn start() -> Result<Self> {
        let mut xvfb = program("Xvfb");
        xvfb.args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]);
        let mut server = xvfb
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .doing(|| "Xvfb did not start".into())?;
        let said = server.stdout.take().and_then(|pipe| BufReader::new(pipe).lines().next()?.ok());
        let mut display = Self { server, name: String::new() };
        let Some(number) = said.filter(|number| number.parse::<u32>().is_ok()) else {
            return fail("Xvfb ended before it had a display");
        };
        display.name = format!(":{number}");
        Ok(display)
    }

    /// As the variable DISPLAY wants it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
