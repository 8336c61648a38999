use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    error::{DEEPEST, LONGEST},
    *,
};

fn admits(expression: &str, data: &Value, meta: Option<&Value>) -> bool {
    MessageFilter::parse(expression).unwrap_or_else(|why| panic!("{expression}: {why}")).admits(data, meta)
}

#[test]
fn a_message_is_admitted_if_the_expression_holds() {
    let data = json!({
        "score": 12, "text": "Good morning", "list": [1, "two", {"x": true}], "user": {"role": "admin"},
        "with space": "y", "nothing": null, "like": 4, "big": 1e308,
    });
    let meta = json!({
        "uuid": "cvc1", "pn_action": "join", "pn_uuid": "bot-7", "lang": "en", "n": -3, "yes": true, "no": false,
        "tags": ["a", "b"], "same": [1, "two", {"x": true}], "größe": 5, "q": "it's", "slash": "a\\b",
    });
    let table = [
        ("uuid == 'cvc1'", true),
        ("uuid != 'cvc1'", false),
        ("meta.uuid=='cvc1'", true),
        ("data.uuid == 'cvc1'", false),
        ("pn_action == \"join\"", true),
        ("pn_uuid LIKE \"bot-*\"", true),
        ("pn_uuid like 'BOT-*'", true),
        ("pn_uuid LIKE lang", false),
        ("uuid LIKE uuid", true),
        ("n LIKE '*'", false),
        ("(data.score > 10 && meta.lang == 'en') || !(x CONTAINS \"a\")", true),
        ("(data.score > 12 && meta.lang == 'en') || !(tags CONTAINS \"a\")", false),
        // Fields.
        ("data.user.role == 'admin'", true),
        ("data [ \"user\" ] [ 'role' ] == 'admin'", true),
        ("data['with space'] == 'y'", true),
        ("data.list[1] == 'two'", true),
        ("data.list[2].x", true),
        ("data.list[3] == 1", false),
        ("data.list['0'] == 1", false),
        ("data[0] == 1", false),
        ("data.list.x == 1", false),
        ("größe == 5", true),
        ("data.like LIKE '4'", false),
        ("data.like == 4", true),
        ("like == 4", false),
        ("data.text CONTAINS 'morning'", true),
        ("data.text CONTAINS 'Morning'", false),
        ("tags contains 'b'", true),
        ("tags CONTAINS 'c'", false),
        ("data.list CONTAINS 1.0", true),
        ("data.list CONTAINS '1'", false),
        ("'abc' CONTAINS 'b'", true),
        ("'b' CONTAINS 'abc'", false),
        ("data.list == same", true),
        ("data.list != tags", true),
        // Texts.
        ("q == 'it\\'s'", true),
        ("q == \"it's\"", true),
        ("slash == 'a\\\\b'", true),
        ("slash == 'a\\b'", true),
        // Numbers.
        ("n == -3", true),
        ("- n == 3", true),
        ("--n == -3", true),
        ("1 + 2 * 3 == 7", true),
        ("(1 + 2) * 3 == 9", true),
        ("10 - 3 - 2 == 5", true),
        ("2 * 12 / 3 % 5 == 3", true),
        ("data.score % 5 == 2", true),
        ("1.5e1 == 15 && 2E-1 < 1", true),
        ("1 >= 1 && 1 <= 1 && !(1 > 1) && !(1 < 1)", true),
        // What binds closer.
        ("yes || no && no", true),
        ("(yes || no) && no", false),
        ("!no && yes", true),
        ("!(no && yes)", true),
        ("!!yes", true),
        ("true && !false", true),
        // A lone operand.
        ("yes", true),
        ("no", false),
        ("uuid", false),
        ("x", false),
        ("!x", true),
        // What is missing makes a comparison false.
        ("x == 1", false),
        ("x != 1", false),
        ("!(x == 1)", true),
        ("x != y", false),
        ("x + 1 > 0", false),
        ("-x < 1", false),
        ("x LIKE '*'", false),
        ("tags CONTAINS x", false),
        // Types that do not go together.
        ("data.score == '12'", false),
        ("data.score != '12'", true),
        ("data.score > '1'", false),
        ("'b' > 'a'", false),
        ("uuid + 1 != 0", false),
        ("-uuid != 0", false),
        ("data.score CONTAINS 1", false),
        ("data.nothing != 1", true),
        ("data.nothing == 1", false),
        // What is no number.
        ("1 / 0 != 5", false),
        ("1 % 0 != 5", false),
        ("0 / 0 == 0 / 0", false),
        ("data.big * 10 > 1", false),
    ];
    for (expression, admitted) in table {
        assert_eq!(admits(expression, &data, Some(&meta)), admitted, "{expression}");
    }
}

#[test]
fn lists_are_arrays_and_a_like_looks_through_them() {
    let data = json!({"list": [1, "two", {"x": true}], "user": {"role": "admin"}, "nothing": null});
    let meta = json!({"lang": "en", "n": -3, "yes": true, "no": false, "tags": ["a", "b"]});
    let table = [
        ("('de','en') contains lang", true),
        ("('de', 'fr') CONTAINS lang", false),
        ("(-3, 4.5, true) CONTAINS n && (-3, 4.5, true) CONTAINS yes", true),
        ("('en') CONTAINS lang", true),
        ("('de','en') CONTAINS x", false),
        ("!(('de','en') CONTAINS lang)", false),
        ("no || ('de','en') CONTAINS lang && yes", true),
        ("('a','b') == tags && ('b','a') != tags", true),
        ("(1.0, 2) == (1, 2.0)", true),
        ("('a','b') + 1 != 0 || -('a','b') != 0", false),
        ("('a','b') > 1 || ('a','b') == 'a'", false),
        ("tags like 'B*'", true),
        ("tags like '*c'", false),
        ("data.list LIKE 'T*o' && data.list LIKE lang", false),
        ("data.list LIKE 'T*o' && !(data.list LIKE '1')", true),
        ("('x','English') LIKE 'eng*'", true),
        ("data.user LIKE '*' || data.nothing LIKE '*'", false),
        ("tags LIKE tags", false),
    ];
    for (expression, admitted) in table {
        assert_eq!(admits(expression, &data, Some(&meta)), admitted, "{expression}");
    }
}

#[test]
fn a_message_may_be_anything_and_have_no_metadata() {
    assert!(admits("data CONTAINS 'orn'", &json!("morning"), None));
    assert!(admits("data > 3", &json!(4), None));
    assert!(admits("data[1] == 2", &json!([1, 2]), None));
    assert!(!admits("uuid != 'cvc1'", &json!({"uuid": "ann"}), None));
    assert!(!admits("meta.uuid != 'cvc1'", &json!(null), Some(&json!("text"))));
}

#[test]
fn what_can_not_be_read_says_where_and_what_was_expected() {
    let operand = "a field, a number, a text in quotes, `!` or `(`";
    let operator = "an operator such as `==` or `LIKE`";
    let table = [
        ("", 1, operand, "the end"),
        ("  ", 3, operand, "the end"),
        ("uuid = 'a'", 6, operator, "`= 'a'`"),
        ("uuid == ", 9, operand, "the end"),
        ("uuid == 'ä", 9, "a text that ends with the quote it begins with", "`'ä`"),
        ("'ä' == @", 8, operand, "`@`"),
        ("uuid 'a'", 6, operator, "`'a'`"),
        ("x == 1 & y == 2", 8, "`&&`, `||` or the end", "`& y == 2`"),
        ("x == 1 == 2", 8, "`&&`, `||` or the end", "`== 2`"),
        ("(x == 1", 8, "`&&`, `||` or `)`", "the end"),
        ("(x ", 4, operator, "the end"),
        ("x == 1)", 7, "`&&`, `||` or the end", "`)`"),
        ("x == 1 && ", 11, operand, "the end"),
        ("1 + 2", 6, operator, "the end"),
        ("'a' || x", 5, operator, "`|| x`"),
        ("!1", 3, operator, "the end"),
        ("!('a','b') CONTAINS x", 12, operator, "`CONTAINS x`"),
        ("!x == 1", 1, "a value, not a condition", "`!x == 1`"),
        ("1 + (x == 1) > 2", 5, "a value, not a condition", "`(x == 1) > 2`"),
        ("-(x == 1)", 2, "a value, not a condition", "`(x == 1)`"),
        ("data.* == 1", 6, "the name of a field", "`* == 1`"),
        ("data[x] == 1", 6, "a name in quotes, or an index", "`x] == 1`"),
        ("data[-1] == 1", 6, "a name in quotes, or an index", "`-1] == 1`"),
        ("data[99999999999999999999] == 1", 6, "a name in quotes, or an index", "`99999999999999999999] ==…`"),
        ("data['x' == 1", 10, "`]`", "`== 1`"),
        ("x == 1e999", 6, "a number that a 64-bit float holds", "`1e999`"),
        ("x == 1.", 7, "`&&`, `||` or the end", "`.`"),
        ("x LIKED 'a'", 3, operator, "`LIKED 'a'`"),
        ("(x, 'a') CONTAINS y", 3, operator, "`, 'a') CONTAINS y`"),
        ("('a', x) CONTAINS y", 7, "a number, a text in quotes, `true` or `false`", "`x) CONTAINS y`"),
        ("('a', ) CONTAINS y", 7, operand, "`) CONTAINS y`"),
        ("('a', 'b' == 1", 11, "`,` or `)`", "`== 1`"),
        ("('a', 1 + 1) CONTAINS y", 9, "`,` or `)`", "`+ 1) CONTAINS y`"),
        ("('a', 'b')", 11, operator, "the end"),
        ("('a' == 'a', 'b') CONTAINS y", 12, "`&&`, `||` or `)`", "`, 'b') CONTAINS y`"),
    ];
    for (expression, at, expected, found) in table {
        let why = MessageFilter::parse(expression).expect_err(expression);
        assert_eq!(why, FilterError::Unexpected { at, expected, found: found.to_owned() }, "{expression}");
    }
    let why = MessageFilter::parse("uuid = 'a'").unwrap_err().to_string();
    assert_eq!(why, "filter-expr, at character 6: expected an operator such as `==` or `LIKE`, found `= 'a'`");
}

#[test]
fn an_expression_has_bounds() {
    let long = format!("x == '{}'", "ä".repeat(LONGEST / 2));
    assert_eq!(MessageFilter::parse(&long).unwrap_err(), FilterError::TooLong(LONGEST + 7));
    for nest in ["(", "!", "-", "!(", "-(", "(-", "x == (", "x && (", "1 + (", "(1,"] {
        let text = nest.repeat(LONGEST / nest.len());
        assert!(matches!(MessageFilter::parse(&text).unwrap_err(), FilterError::TooDeep { .. }), "{nest}");
    }
    let nested = |times| format!("{}x == 1{}", "(".repeat(times), ")".repeat(times));
    assert!(MessageFilter::parse(&nested(DEEPEST)).is_ok());
    assert_eq!(MessageFilter::parse(&nested(DEEPEST + 1)).unwrap_err(), FilterError::TooDeep { at: DEEPEST + 2 });
    // A long chain is not deep.
    let list = format!("(1{}) CONTAINS x", ",1".repeat((LONGEST - 20) / 2));
    assert!(admits(&list, &Value::Null, Some(&json!({"x": 1}))) && !admits(&list, &Value::Null, None));
    for (start, link) in [("x", "||x"), ("x", "&&x"), ("1==1", "+1"), ("1==1", "*1"), ("x", "[0]"), ("x", ".x")] {
        let chain = start.to_owned() + &link.repeat((LONGEST - start.len()) / link.len());
        MessageFilter::parse(&chain).unwrap().admits(&Value::Null, None);
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        let _ = MessageFilter::parse(&text);
    }

    #[test]
    fn no_text_of_its_own_words_makes_it_panic(
        words in proptest::collection::vec(proptest::sample::select(&[
            "(", ")", ",", "!", "-", "+", "%", "==", "!=", "<", "&&", "||", "&", "data", ".", "x", "[", "]", "0", "1.5", "1e",
            "'a'", "\"", "'", "\\", " ", "LIKE", "contains", "true", "ä",
        ][..]), 0..40),
    ) {
        if let Ok(filter) = MessageFilter::parse(&words.concat()) {
            filter.admits(&json!({"x": [1]}), Some(&json!({"x": "a"})));
        }
    }
}
