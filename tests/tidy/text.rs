//! Rust source read as text: enough to find names and bodies, without a parser to depend on.

/// The source with comments and the insides of strings and characters blanked, line by line as long.
pub fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let blank = blank_length(rest, code.ends_with(is_word));
        if blank == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..blank].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[blank..];
        }
    }
    code
}

/// How many bytes of comment or literal stand here; `after_word` tells `r"` from the end of a name.
fn blank_length(rest: &str, after_word: bool) -> usize {
    let to = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let hashes = rest
        .strip_prefix('r')
        .filter(|_| !after_word)
        .map(|raw| raw.len() - raw.trim_start_matches('#').len());
    match hashes {
        _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
        _ if rest.starts_with("/*") => to("*/", 2),
        _ if rest.starts_with('"') => 1 + escaped(&rest[1..], '"'),
        _ if rest.starts_with('\'') => character(rest),
        Some(hashes) if rest[1 + hashes..].starts_with('"') => {
            to(&format!("\"{}", "#".repeat(hashes)), 2 + hashes)
        }
        _ => 0,
    }
}

/// Bytes up to and with a closing quote that no backslash precedes.
fn escaped(inside: &str, quote: char) -> usize {
    let mut after_backslash = false;
    let end = inside.char_indices().find(|(_, c)| {
        let closes = *c == quote && !after_backslash;
        after_backslash = *c == '\\' && !after_backslash;
        closes
    });
    end.map_or(inside.len(), |(at, _)| at + 1)
}

/// Bytes of a character literal; none of a lifetime.
fn character(rest: &str) -> usize {
    let mut inside = rest[1..].chars();
    match (inside.next(), inside.next()) {
        (Some('\\'), _) => 1 + escaped(&rest[1..], '\''),
        (Some(c), Some('\'')) => 2 + c.len_utf8(),
        _ => 0,
    }
}

/// The names right below a root in paths and `use` groups: `time` and `fs` in `std::{time::Instant, fs}`.
pub fn names_below<'a>(code: &'a str, root: &str) -> impl Iterator<Item = &'a str> {
    let prefix = format!("{root}::");
    let starts: Vec<_> = code
        .match_indices(&prefix)
        .filter(|(at, _)| !code[..*at].ends_with(is_word))
        .map(|(at, _)| &code[at + prefix.len()..])
        .collect();
    starts
        .into_iter()
        .flat_map(|rest| if rest.starts_with('{') { items(group(rest)) } else { vec![rest] })
        .map(|item| {
            let item = item.trim_start();
            &item[..item.find(|c| !is_word(c)).unwrap_or(item.len())]
        })
}

/// The items of a group in braces, inner groups kept whole.
fn items(group: &str) -> Vec<&str> {
    let inside = &group[1..group.len() - 1];
    let mut depth = 0;
    let separator = |c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    };
    inside.split(separator).collect()
}

/// From an opening brace to its closing one; to the end where it is never closed.
pub fn group(code: &str) -> &str {
    let mut depth = 0;
    let end = code.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '{') - i32::from(*c == '}');
        depth == 0
    });
    end.map_or(code, |(at, _)| &code[..=at])
}

/// Whether a name stands here as a whole, not as a part of a longer one.
pub fn has_word(code: &str, word: &str) -> bool {
    let goes_on = |after: &str| word.ends_with(is_word) && after.starts_with(is_word);
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(is_word) && !goes_on(&code[at + word.len()..]))
}

/// Whether a name may hold this character.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
