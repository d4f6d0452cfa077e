//! The content security policy has one home, public/_headers, which static hosts read themselves.

use crate::failure::{Result, While, fail};
use crate::house;

/// The policy for every path.
pub fn content_security_policy() -> Result<String> {
    let path = house::root().join("public/_headers");
    let text = std::fs::read_to_string(&path).doing(|| format!("could not read {}", path.display()))?;
    match header_for_all(&text, "Content-Security-Policy") {
        Some(policy) => Ok(policy.to_owned()),
        None => fail(format!("{} states no Content-Security-Policy below `/*`.", path.display())),
    }
}

/// A value in the block of `/*`: indented lines below an unindented path.
fn header_for_all<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let block = text.lines().skip_while(|line| line.trim_end() != "/*").skip(1);
    let mut entries =
        block.take_while(|line| line.starts_with([' ', '\t'])).filter_map(|line| line.split_once(':'));
    entries.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_block_for_all_paths_counts() {
        let text = "# why\n/a\n  X-Name: wrong\n/*\n  X-Other: b: c\n  X-Name: right\n/b\n  X-Late: wrong\n";
        assert_eq!(header_for_all(text, "x-name"), Some("right"));
        assert_eq!(header_for_all(text, "X-Other"), Some("b: c"));
        assert_eq!(header_for_all(text, "X-Late"), None);
    }

    #[test]
    fn our_policy_allows_wasm_and_blob_workers_and_no_inline_script() {
        let policy = content_security_policy().unwrap();
        assert!(policy.contains("'wasm-unsafe-eval'") && policy.contains("worker-src 'self' blob:"));
        assert!(!policy.contains("unsafe-inline"));
    }
}
