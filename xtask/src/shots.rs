//! `cargo xtask shots`: pictures of the release site in every state and look, with a page to leaf through them.

use crate::arguments::Arguments;
use crate::failure::Result;
use crate::house;
use crate::process::run;
use crate::server::{Server, Site};
use crate::site::{Purpose, build};
use crate::suite::browser_script;
use crate::tools::Toolbox;
use std::path::PathBuf;

pub fn shots(mut arguments: Arguments) -> Result<()> {
    let folder = arguments.word().map_or_else(|| house::target().join("shots"), PathBuf::from);
    let looks = arguments.word();
    arguments.finish()?;
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    let (toolbox, chromium) = Toolbox::for_browsing()?;
    build(&toolbox, Purpose::Release)?;
    let server = Server::start(Site::new(house::dist()).with_csp()?, 0)?;
    run(browser_script("shots.mjs", &server, &chromium).arg(folder).args(looks))
}
