//! As much of JSON Schema as our own schema uses. A word that it does not know is an error, so that
//! nothing is passed over.

use serde_json::{Map, Value};

/// A schema, and what of it was used.
pub struct Schema(Value);

impl Schema {
    pub fn new(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap())
    }

    /// Why a value does not fit, if it does not.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.fits(&self.0, value).map_err(|why| format!("{why}, in {value}"))
    }

    fn fits(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let Value::Object(words) = schema else {
            return if schema == &Value::Bool(true) { Ok(()) } else { Err(format!("no such schema: {schema}")) };
        };
        words.iter().try_for_each(|(word, wanted)| self.word(words, word, wanted, value))
    }

    fn word(&self, words: &Map<String, Value>, word: &str, wanted: &Value, value: &Value) -> Result<(), String> {
        let demand = |fits: bool| if fits { Ok(()) } else { Err(format!("{value} is not {word} {wanted}")) };
        match word {
            "$schema" | "$defs" | "title" | "description" => Ok(()),
            "const" => demand(value == wanted),
            "enum" => demand(wanted.as_array().unwrap().contains(value)),
            "type" => match wanted {
                Value::Array(types) => demand(types.iter().any(|one| is(value, one))),
                one => demand(is(value, one)),
            },
            "minimum" => demand(value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap())),
            "pattern" => {
                assert_eq!(wanted, "^[0-9]{1,20}$", "the only pattern that is known here");
                let text = value.as_str().unwrap_or("");
                demand((1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
            }
            "$ref" => {
                let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                self.fits(&self.0["$defs"][name], value)
            }
            "oneOf" => {
                let tried: Vec<_> = wanted.as_array().unwrap().iter().map(|one| self.fits(one, value)).collect();
                match tried.iter().filter(|one| one.is_ok()).count() {
                    1 => Ok(()),
                    fitting => Err(format!("fits {fitting} of {tried:?}")),
                }
            }
            "items" => value.as_array().into_iter().flatten().try_for_each(|item| self.fits(wanted, item)),
            "properties" => {
                let fields = value.as_object().into_iter().flatten();
                let mut known = fields.filter_map(|(key, value)| Some((key, wanted.get(key)?, value)));
                known.try_for_each(|(key, schema, value)| self.fits(schema, value).map_err(|e| format!("{key}: {e}")))
            }
            "required" => {
                let missing = wanted.as_array().unwrap().iter().find(|key| value.get(key.as_str().unwrap()).is_none());
                missing.map_or(Ok(()), |key| Err(format!("{key} is missing")))
            }
            "additionalProperties" => {
                assert_eq!(wanted, false);
                let mut keys = value.as_object().into_iter().flat_map(Map::keys);
                let other = keys.find(|key| words["properties"].get(key.as_str()).is_none());
                other.map_or(Ok(()), |key| Err(format!("{key} is not a field")))
            }
            other => panic!("the schema has the word {other}, which is not known here"),
        }
    }
}

fn is(value: &Value, kind: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type {other}"),
    }
}
