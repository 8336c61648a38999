//! The same language once more, as plainly as it can be said, to compare with.

use std::cmp::Ordering;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::MessageFilter;

/// An expression as the oracle sees it.
#[derive(Debug, Clone)]
enum Tree {
    Value(Value),
    List(Vec<Value>),
    Field(bool, Vec<Value>),
    Binary(&'static str, Box<Tree>, Box<Tree>),
    Negative(Box<Tree>),
    Not(Box<Tree>),
}

impl Tree {
    /// Every part in parentheses, or only those that need them.
    fn write(&self, bare: bool) -> String {
        let part = |part: &Self, needed: bool| match part {
            Self::Value(_) | Self::List(_) | Self::Field(..) => part.write(bare),
            _ if bare && !needed => part.write(bare),
            _ => format!("( {})", part.write(bare)),
        };
        match self {
            Self::Value(value) => value.to_string(),
            Self::List(members) => {
                let members: Vec<String> = members.iter().map(Value::to_string).collect();
                format!("({})", members.join(" ,"))
            }
            Self::Field(is_data, steps) => {
                let source = if *is_data { "data" } else { "meta" };
                steps.iter().fold(source.to_owned(), |path, step| format!("{path}[{step}]"))
            }
            Self::Binary(sign, left, right) => {
                let bound = |tree: &Self| match tree {
                    Self::Binary(sign, ..) => binds(sign),
                    _ => u8::MAX,
                };
                let chained = binds(sign) != binds("==");
                let left_needs = bound(left) < binds(sign) || (bound(left) == binds(sign) && !chained);
                let right_needs = bound(right) <= binds(sign);
                format!("{} {sign} {}", part(left, left_needs), part(right, right_needs))
            }
            Self::Negative(tree) => format!("-{}", part(tree, matches!(**tree, Self::Binary(..)))),
            Self::Not(tree) => format!("!{}", part(tree, matches!(**tree, Self::Binary(..)))),
        }
    }

    /// What it comes to; conditions come to true or false, whatever is in them.
    fn result(&self, data: &Value, meta: &Value) -> Option<Value> {
        let number = |tree: &Self| tree.result(data, meta)?.as_f64();
        let holds = |tree: &Self| tree.result(data, meta) == Some(json!(true));
        Some(match self {
            Self::Value(value) => value.clone(),
            Self::List(members) => members.clone().into(),
            Self::Field(is_data, steps) => {
                let start = if *is_data { data } else { meta };
                let step = |value: &Value, step: &Value| match step {
                    Value::String(name) => value.get(name).cloned(),
                    index => value.get(usize::try_from(index.as_u64()?).ok()?).cloned(),
                };
                steps.iter().try_fold(start.clone(), |value, name| step(&value, name))?
            }
            Self::Negative(tree) => json!(-number(tree)?),
            Self::Not(tree) => json!(!holds(tree)),
            Self::Binary("&&", left, right) => json!(holds(left) && holds(right)),
            Self::Binary("||", left, right) => json!(holds(left) || holds(right)),
            Self::Binary(sign, left, right) if binds(sign) > binds("==") => {
                let (left, right) = (number(left)?, number(right)?);
                let result = match *sign {
                    "+" => left + right,
                    "-" => left - right,
                    "*" => left * right,
                    "/" => left / right,
                    _ => left % right,
                };
                Some(result).filter(|result| result.is_finite()).map(|result| json!(result))?
            }
            Self::Binary(sign, left, right) => {
                let (left, right) = (left.result(data, meta), right.result(data, meta));
                json!(left.zip(right).is_some_and(|(left, right)| compare(sign, &left, &right)))
            }
        })
    }
}

fn binds(sign: &str) -> u8 {
    match sign {
        "||" => 1,
        "&&" => 2,
        "+" | "-" => 4,
        "*" | "/" | "%" => 5,
        _ => 3,
    }
}

/// The same value, in which each number is a float, and no zero is negative.
fn with_floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64().map(|number| number + 0.0)),
        Value::Array(members) => members.iter().map(with_floats).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), with_floats(value))).collect(),
        other => other.clone(),
    }
}

fn compare(sign: &str, left: &Value, right: &Value) -> bool {
    let same = |left: &Value, right: &Value| with_floats(left) == with_floats(right);
    let order = left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right));
    match sign {
        "==" => same(left, right),
        "!=" => !same(left, right),
        ">" => order.is_some_and(Ordering::is_gt),
        "<" => order.is_some_and(Ordering::is_lt),
        ">=" => order.is_some_and(Ordering::is_ge),
        "<=" => order.is_some_and(Ordering::is_le),
        // The patterns below have a star at the end at the most.
        "LIKE" => {
            let texts = left.as_array().map_or(std::slice::from_ref(left), Vec::as_slice).iter();
            texts.filter_map(|text| text.as_str().zip(right.as_str())).any(|(text, pattern)| {
                let (text, pattern) = (text.to_lowercase(), pattern.to_lowercase());
                pattern.strip_suffix('*').map_or(text == pattern, |begin| text.starts_with(begin))
            })
        }
        _ => match (left, right) {
            (Value::String(text), Value::String(part)) => text.contains(part),
            (Value::Array(members), wanted) => members.iter().any(|member| same(member, wanted)),
            _ => false,
        },
    }
}

fn literals() -> impl Strategy<Value = Value> {
    let texts = &["", "a", "A", "ab", "a*", "*", "1", "\"'\\"];
    prop_oneof![
        (0..4u8).prop_map(|number| json!(number)),
        (0..4u8).prop_map(|number| json!(f64::from(number) / 2.0)),
        proptest::sample::select(&texts[..]).prop_map(|text| json!(text)),
        any::<bool>().prop_map(|truth| json!(truth)),
    ]
}

fn values() -> impl Strategy<Value = Tree> {
    let step = prop_oneof![(0..3u8).prop_map(|index| json!(index)), "[xy]".prop_map(|name| json!(name))];
    let field = (any::<bool>(), proptest::collection::vec(step, 1..3));
    let list = proptest::collection::vec(literals(), 2..4);
    let leaf = prop_oneof![
        3 => literals().prop_map(Tree::Value),
        1 => list.prop_map(Tree::List),
        3 => field.prop_map(|(data, steps)| Tree::Field(data, steps)),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let signs = proptest::sample::select(&["+", "-", "*", "/", "%"][..]);
        prop_oneof![
            inner.clone().prop_map(|tree| Tree::Negative(Box::new(tree))),
            (signs, inner.clone(), inner).prop_map(|(s, l, r)| Tree::Binary(s, Box::new(l), Box::new(r))),
        ]
    })
}

fn conditions() -> impl Strategy<Value = Tree> {
    let signs = proptest::sample::select(&["==", "!=", ">", "<", ">=", "<=", "LIKE", "CONTAINS"][..]);
    let leaf = (signs, values(), values()).prop_map(|(s, l, r)| Tree::Binary(s, Box::new(l), Box::new(r)));
    leaf.prop_recursive(4, 16, 2, |inner| {
        let signs = proptest::sample::select(&["&&", "||"][..]);
        prop_oneof![
            inner.clone().prop_map(|tree| Tree::Not(Box::new(tree))),
            (signs, inner.clone(), inner).prop_map(|(s, l, r)| Tree::Binary(s, Box::new(l), Box::new(r))),
        ]
    })
}

fn messages() -> impl Strategy<Value = Value> {
    literals().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            proptest::collection::btree_map("[xy]", inner, 1..3).prop_map(|fields| json!(fields)),
        ]
    })
}

proptest! {
    #[test]
    fn it_agrees_with_a_plain_reading(tree in conditions(), data in messages(), meta in messages()) {
        let expected = tree.result(&data, &meta) == Some(json!(true));
        for bare in [false, true] {
            let text = tree.write(bare);
            match MessageFilter::parse(&text) {
                Ok(filter) => prop_assert_eq!(filter.admits(&data, Some(&meta)), expected, "{}", text),
                Err(why) => prop_assert!(false, "{}: {}", text, why),
            }
        }
    }
}
