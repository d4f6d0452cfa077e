//! `cargo xtask serve`: the site on 127.0.0.1, once or again on every change.

use crate::arguments::Arguments;
use crate::failure::Result;
use crate::house;
use crate::server::{Server, Site};
use crate::site::{Purpose, build};
use crate::tools::Toolbox;
use crate::watch::Look;

const PORT: u16 = 8080;

pub fn serve(mut arguments: Arguments) -> Result<()> {
    let watch = arguments.flag("--watch");
    let wanted = arguments.number("--port")?.unwrap_or(PORT);
    let site = site(&mut arguments)?;
    arguments.finish()?;
    let toolbox = Toolbox::for_building()?;
    if watch {
        return serve_and_watch(&toolbox, site, wanted);
    }
    build(&toolbox, Purpose::Release)?;
    announce(&Server::start(site, wanted)?, wanted);
    rest()
}

fn site(arguments: &mut Arguments) -> Result<Site> {
    let mut site = Site::new(house::dist());
    if arguments.flag("--csp") {
        site = site.with_csp()?;
    }
    if arguments.flag("--cors") {
        site = site.with_cors();
    }
    Ok(site)
}

/// A build that fails leaves the last good one in place: the next save may mend it.
fn serve_and_watch(toolbox: &Toolbox, site: Site, wanted: u16) -> Result<()> {
    let mut look = Look::now();
    let mut built = build(toolbox, Purpose::Development);
    announce(&Server::start(site, wanted)?, wanted);
    loop {
        match built {
            Ok(()) => println!("   reload the page; waiting for changes"),
            Err(failure) => eprintln!("   {failure}\n   waiting for changes"),
        }
        look = look.until_changed();
        built = build(toolbox, Purpose::Development);
    }
}

fn announce(server: &Server, wanted: u16) {
    if wanted != 0 && server.port() != wanted {
        println!("   port {wanted} is taken by another program");
    }
    println!("\nBurstlab is at {} (Ctrl-C ends it)", server.url());
}

/// The server lives on other threads; this one only keeps the process.
fn rest() -> ! {
    loop {
        std::thread::park();
    }
}
