//! A case as the file holds it: what was used, and the bill that its publisher came to.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

/// One worked bill.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// What it is about, in the provider's words.
    pub service: String,
    /// The region whose prices count; home unless said.
    pub region: Option<String>,
    /// What was used, by keys with units in their names.
    pub inputs: Ordered<Value>,
    /// Prices that override the catalog.
    #[serde(default)]
    pub unit_prices_used: Option<Ordered<Value>>,
    /// The published lines, in dollars.
    #[serde(default)]
    pub published_line_items_usd: Option<Ordered<Value>>,
    /// The published sum.
    pub published_total_usd: f64,
    /// How far a figure may be off.
    pub tolerance_usd: f64,
}

/// All numbers of an object that may be missing; what is no number is an error.
pub fn numbers(object: Option<&Ordered<Value>>) -> Result<Vec<(String, f64)>, String> {
    let number = |(key, value): &(String, Value)| match value.as_f64() {
        Some(number) => Ok((key.clone(), number)),
        None => Err(format!("{key} is no number: {value}")),
    };
    object.map_or(Ok(Vec::new()), |object| object.0.iter().map(number).collect())
}

/// Entries of an object in the order of the file: a tier comes after the one before it.
#[derive(Debug)]
pub struct Ordered<T>(pub Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries: Vec<(String, T)> = Vec::new();
                while let Some((key, value)) = map.next_entry()? {
                    if entries.iter().any(|(other, _)| *other == key) {
                        return Err(A::Error::custom(format!("{key} is there twice")));
                    }
                    entries.push((key, value));
                }
                Ok(Ordered(entries))
            }
        }

        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}
