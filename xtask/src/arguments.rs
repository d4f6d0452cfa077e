//! The words after `cargo xtask`: flags are taken out one by one, and what is left over is an error.

use crate::failure::{Result, fail};

/// Words of the command line that nobody has taken yet.
pub struct Arguments(Vec<String>);

impl Arguments {
    pub fn of_this_process() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// The first word, which names the command.
    pub fn command(&mut self) -> Option<String> {
        if self.0.is_empty() { None } else { Some(self.0.remove(0)) }
    }

    /// Takes `--name`, and says whether it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Takes `--name VALUE`.
    pub fn number(&mut self, name: &str) -> Result<Option<u16>> {
        let Some(at) = self.0.iter().position(|word| word == name) else { return Ok(None) };
        self.0.remove(at);
        let value = if at < self.0.len() { self.0.remove(at) } else { String::new() };
        match value.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => fail(format!("{name} needs a whole number up to 65535, and got `{value}`.")),
        }
    }

    /// Takes `--name WORD`.
    pub fn text(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.0.iter().position(|word| word == name) else { return Ok(None) };
        self.0.remove(at);
        if at < self.0.len() {
            Ok(Some(self.0.remove(at)))
        } else {
            fail(format!("{name} needs a word after it."))
        }
    }

    /// Takes the next plain word, such as a folder.
    pub fn word(&mut self) -> Option<String> {
        let at = self.0.iter().position(|word| !word.starts_with('-'))?;
        Some(self.0.remove(at))
    }

    /// Refuses what no one asked for: a mistyped flag must not pass in silence.
    pub fn finish(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => fail(format!("`{word}` is not understood here; `cargo xtask help` lists what is.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Arguments {
        Arguments(text.split_whitespace().map(String::from).collect())
    }

    #[test]
    fn flags_numbers_and_words_are_taken_in_any_order() {
        let mut arguments = words("--csp out --port 81");
        assert_eq!(arguments.number("--port").unwrap(), Some(81));
        assert!(arguments.flag("--csp"));
        assert!(!arguments.flag("--cors"));
        assert_eq!(arguments.word().as_deref(), Some("out"));
        assert_eq!(arguments.text("--site").ok().flatten(), None);
        assert!(arguments.finish().is_ok());
    }

    #[test]
    fn what_is_left_over_is_refused() {
        assert!(words("--wacth").finish().is_err());
        assert!(words("--port many").number("--port").is_err());
        assert!(words("--port").number("--port").is_err());
        assert!(words("--site").text("--site").is_err());
    }
}
