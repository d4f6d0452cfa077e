use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

/// A value of the catalog as `build.rs` packs it, and the bytes that follow it.
#[derive(Clone, Copy)]
pub struct Fact(&'static [u8]);

impl Fact {
    /// The value with which the bytes begin.
    pub fn first_of(bytes: &'static [u8]) -> Self {
        Self(bytes)
    }

    /// The entries of a table.
    pub fn entries(self) -> impl Iterator<Item = (&'static str, Self)> {
        let mut facts = Facts(self.of(b'{'));
        std::iter::from_fn(move || Some((facts.next()?.text(), facts.next()?)))
    }

    fn text(self) -> &'static str {
        str::from_utf8(ended(self.of(b'"')).0).expect("the build packs text as UTF-8")
    }

    /// The number's digits, and how many of them are after the point: 0.25 is 25 and 2.
    fn decimal(self) -> (f64, usize) {
        let text = ended(self.of(b'#')).0;
        let places = text.iter().position(|&byte| byte == b'.').map_or(0, |point| text.len() - point - 1);
        let digits = text.iter().filter(|byte| byte.is_ascii_digit());
        let digits = digits.fold(0.0, |digits, byte| digits * 10.0 + f64::from(byte - b'0'));
        (if text[0] == b'-' { -digits } else { digits }, places)
    }

    /// The nearest number. Both parts are exact, so that the quotient is rounded once.
    fn number(self) -> f64 {
        let (digits, places) = self.decimal();
        digits / (0..places).fold(1.0, |power, _| power * 10.0)
    }

    fn integer(self) -> i64 {
        let (digits, places) = self.decimal();
        assert!(places == 0, "the catalog has a fraction where a whole number is needed");
        digits as i64
    }

    fn kind(self) -> u8 {
        self.0[0]
    }

    /// What comes after the byte for the kind, which has to be this one.
    fn of(self, kind: u8) -> &'static [u8] {
        let (has, needs) = (char::from(self.kind()), char::from(kind));
        assert!(has == needs, "the catalog has {has} where {needs} is needed");
        &self.0[1..]
    }

    /// What follows the value.
    fn rest(self) -> &'static [u8] {
        let content = &self.0[1..];
        match self.kind() {
            b'{' | b'[' => {
                let mut facts = Facts(content);
                while facts.next().is_some() {}
                &facts.0[1..]
            }
            b'"' | b'#' => ended(content).1,
            _ => content,
        }
    }
}

/// The bytes to the next zero, and those after it.
fn ended(bytes: &'static [u8]) -> (&'static [u8], &'static [u8]) {
    let end = bytes.iter().position(|&byte| byte == 0).expect("the build marks ends");
    (&bytes[..end], &bytes[end + 1..])
}

/// Values one after the other, to the end of their list or table.
struct Facts(&'static [u8]);

impl Iterator for Facts {
    type Item = Fact;

    fn next(&mut self) -> Option<Fact> {
        let fact = Fact(self.0);
        if matches!(fact.kind(), b'}' | b']') {
            return None;
        }
        self.0 = fact.rest();
        Some(fact)
    }
}

/// There is none: the catalog is part of the program, so a mistake in it is told at once. That it cannot come
/// back as a value spares the readers of all facts the way out, and the page and the worker its bytes.
#[derive(Debug)]
pub enum Mistake {}

impl Error for Mistake {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        panic!("the catalog: {message}")
    }
}

impl std::error::Error for Mistake {}

impl fmt::Display for Mistake {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

/// Types ask for what they are; only loose trees of values are told what there is.
impl Deserializer<'static> for Fact {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.kind() {
            b'{' => self.deserialize_map(visitor),
            b'[' => self.deserialize_seq(visitor),
            b'"' => self.deserialize_str(visitor),
            b'#' if self.decimal().1 == 0 => self.deserialize_i64(visitor),
            b'#' => self.deserialize_f64(visitor),
            _ => self.deserialize_bool(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_bool(self.kind() == b'+')
    }

    fn deserialize_i64<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_i64(self.integer())
    }

    fn deserialize_u32<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u64<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f64<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_f64(self.number())
    }

    fn deserialize_str<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_borrowed_str(self.text())
    }

    fn deserialize_string<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_seq(Facts(self.of(b'[')))
    }

    fn deserialize_tuple<V: Visitor<'static>>(self, _: usize, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_map(Entries { facts: Facts(self.of(b'{')) })
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <V: Visitor<'static>>
        i8 i16 i32 i128 u8 u16 u128 f32 char bytes byte_buf unit unit_struct tuple_struct enum
    }
}

impl SeqAccess<'static> for Facts {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'static>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mistake> {
        self.next().map(|fact| seed.deserialize(fact)).transpose()
    }
}

/// A table while it is read.
struct Entries {
    facts: Facts,
}

impl MapAccess<'static> for Entries {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'static>>(&mut self, seed: K) -> Result<Option<K::Value>, Mistake> {
        self.facts.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'static>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        seed.deserialize(self.facts.next().expect("each key has a value"))
    }
}
