//! What a request gets: a file with the headers that make caches and browsers behave, or a plain refusal.

use super::file::{find, media_type};
use super::{Request, Site};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// A complete answer, but for the fate of the connection.
pub struct Answer {
    status: &'static str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// HEAD announces a length and sends nothing.
    silent: bool,
}

impl Answer {
    fn plain(status: &'static str) -> Self {
        let headers = vec![("Content-Type".into(), "text/plain; charset=utf-8".into())];
        Self { status, headers, body: format!("{status}\n").into_bytes(), silent: false }
    }

    fn add(&mut self, name: &str, value: impl Into<String>) {
        self.headers.push((name.into(), value.into()));
    }

    pub fn head(&self) -> String {
        let lines = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let length = format!("Content-Length: {}\r\n", self.body.len());
        format!("HTTP/1.1 {}\r\n{}{length}", self.status, lines.collect::<String>())
    }

    pub fn body(&self) -> &[u8] {
        if self.silent { &[] } else { &self.body }
    }
}

/// Answers one request.
pub fn answer(request: &Request, site: &Site) -> Answer {
    let mut answer = match (request.method.as_str(), find(&site.folder, &request.path)) {
        ("GET" | "HEAD", Some(file)) => file_answer(request, &file),
        ("GET" | "HEAD", None) => Answer::plain("404 Not Found"),
        _ => {
            let mut refusal = Answer::plain("405 Method Not Allowed");
            refusal.add("Allow", "GET, HEAD");
            refusal
        }
    };
    answer.headers.extend(site.headers.iter().cloned());
    answer.silent = request.method == "HEAD";
    answer
}

fn file_answer(request: &Request, file: &Path) -> Answer {
    let twin = brotli_twin(file).filter(|_| request.accepts_brotli());
    let Ok(body) = std::fs::read(twin.as_deref().unwrap_or(file)) else {
        // A rebuild has just taken it away.
        return Answer::plain("404 Not Found");
    };
    let tag = tag(&body);
    let mut answer = Answer { status: "200 OK", headers: Vec::new(), body, silent: false };
    answer.add("Content-Type", media_type(file));
    // Trunk hashes names before wasm-opt runs, and worker files not at all: a name does not vouch for its content.
    answer.add("Cache-Control", "no-cache");
    answer.add("Vary", "Accept-Encoding");
    if twin.is_some() {
        answer.add("Content-Encoding", "br");
    }
    if request.header("if-none-match").is_some_and(|known| known.contains(&tag)) {
        answer.status = "304 Not Modified";
        answer.body.clear();
    }
    answer.add("ETag", tag);
    answer
}

/// The compressed twin, unless the file has changed since.
fn brotli_twin(file: &Path) -> Option<PathBuf> {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    let twin = PathBuf::from(name);
    let changed = |path: &Path| path.metadata().and_then(|facts| facts.modified()).ok();
    (changed(&twin)? >= changed(file)?).then_some(twin)
}

fn tag(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A site on a folder that goes when the test ends.
    struct Trial {
        site: Site,
        around: PathBuf,
    }

    impl std::ops::Deref for Trial {
        type Target = Site;

        fn deref(&self) -> &Site {
            &self.site
        }
    }

    impl Drop for Trial {
        fn drop(&mut self) {
            // A folder that stays behind harms nobody.
            let _ = fs::remove_dir_all(&self.around);
        }
    }

    /// A folder with a page, a wasm with a brotli twin, and a secret next to it.
    fn site(name: &str) -> Trial {
        let folder = std::env::temp_dir().join(format!("burstlab-server-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("dist/deep")).unwrap();
        fs::write(folder.join("secret.txt"), "secret").unwrap();
        fs::write(folder.join("dist/index.html"), "<p>page").unwrap();
        fs::write(folder.join("dist/deep/a b.wasm"), "wasm").unwrap();
        fs::write(folder.join("dist/deep/a b.wasm.br"), "br").unwrap();
        Trial { site: Site::new(folder.join("dist")), around: folder }
    }

    fn get(site: &Site, path: &str, headers: &[(&str, &str)]) -> Answer {
        answer(&Request::of("GET", path, headers), site)
    }

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        answer.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn a_folder_is_its_page_and_an_unknown_path_is_nothing() {
        let site = site("paths");
        assert_eq!(get(&site, "/", &[]).body(), b"<p>page");
        for path in ["/nowhere", "/deep", "/deep/", "/index.html/", "//index.html", "index.html"] {
            assert_eq!(get(&site, path, &[]).status, "404 Not Found", "{path}");
        }
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let site = site("traversal");
        for path in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/deep/../../secret.txt",
            "/..%5csecret.txt",
            "/%zz",
            "/%",
        ] {
            assert_eq!(get(&site, path, &[]).status, "404 Not Found", "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let site = site("links");
        let _ = std::os::unix::fs::symlink("../secret.txt", site.folder.join("link.txt"));
        assert_eq!(get(&site, "/link.txt", &[]).status, "404 Not Found");
    }

    #[test]
    fn brotli_goes_to_those_who_accept_it() {
        let site = site("brotli");
        let small = get(&site, "/deep/a%20b.wasm", &[("accept-encoding", "gzip, br")]);
        assert_eq!((small.body(), header(&small, "Content-Encoding")), (&b"br"[..], Some("br")));
        assert_eq!(header(&small, "Content-Type"), Some("application/wasm"));
        let raw = get(&site, "/deep/a%20b.wasm", &[]);
        assert_eq!((raw.body(), header(&raw, "Content-Encoding")), (&b"wasm"[..], None));
        assert_eq!(header(&raw, "Vary"), Some("Accept-Encoding"));
    }

    #[test]
    fn a_known_tag_saves_the_body_until_the_file_changes() {
        let site = site("tags");
        let first = get(&site, "/", &[]);
        let known = [("if-none-match", header(&first, "ETag").unwrap())];
        assert_eq!(get(&site, "/", &known).status, "304 Not Modified");
        fs::write(site.folder.join("index.html"), "<p>new").unwrap();
        assert_eq!(get(&site, "/", &known).body(), b"<p>new");
    }

    #[test]
    fn head_sends_no_body_and_other_methods_are_refused() {
        let site = site("methods");
        let head = answer(&Request::of("HEAD", "/", &[]), &site);
        assert!(head.body().is_empty() && head.head().contains("Content-Length: 7"));
        assert_eq!(answer(&Request::of("POST", "/", &[]), &site).status, "405 Method Not Allowed");
    }
}
