//! Hostile expressions: each ends in an answer or a clean error, on a small stack, in little time.

use std::{
    thread,
    time::{Duration, Instant},
};

use celgate::{
    cel::{
        cost::estimate,
        interpreter::{Bindings, Limits},
        program::Program,
        types::Type,
        value::Value,
    },
    environment::{CURRENT, Environment, Mode, cost::Kubernetes, limits::PER_CALL_LIMIT},
};

/// What a browser gives a worker.
const STACK: usize = 1 << 20;
/// Generous: tests run unoptimised and beside others. Optimised it is a twentieth.
const TIME: Duration = Duration::from_secs(20);

/// Everything that can be done with an expression.
fn run(text: &str) {
    let env = Environment::new(CURRENT, Mode::Stored).with_variable("a", Type::Dyn);
    let Ok(checked) = env.compile(text) else { return };
    let _ = estimate(&env, &checked, &Kubernetes);
    let Ok(program) = Program::new(&env, &checked) else { return };
    let limits = Limits { cost: Some(PER_CALL_LIMIT) };
    let bindings = Bindings::new().with("a", Value::list(vec![Value::Int(1)]));
    let _ = program.evaluate(&bindings, limits);
    let _ = program.trace(&bindings, limits);
}

fn survives(name: &str, text: String) {
    let start = Instant::now();
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || run(&text));
    let done = thread.map(thread::JoinHandle::join);
    assert!(matches!(done, Ok(Ok(()))), "{name} fails");
    let taken = start.elapsed();
    assert!(taken < TIME, "{name} takes {taken:?}");
}

fn nested(open: &str, inner: &str, close: &str, times: usize) -> String {
    [open.repeat(times), inner.to_owned(), close.repeat(times)].concat()
}

#[test]
fn deep_expressions_end() {
    for times in [200, 10_000] {
        survives("parentheses", nested("(", "1", ")", times));
        survives("lists", nested("[", "1", "]", times));
        survives("maps", nested("{1: ", "1", "}", times));
        survives("indexes", nested("a[", "0", "]", times));
        survives("calls", nested("size(", "a", ")", times));
        survives("negations", nested("!", "true", "", times));
        survives("minuses", nested("-", "1", "", times));
        survives("both", nested("!-", "1", "", times));
        survives("conditional heads", nested("(", "true", " ? true : false)", times));
        survives("conditional middles", nested("true ? ", "1", " : 2", times));
        survives("conditional tails", nested("false ? 1 : ", "1", "", times));
        survives("macros", nested("a.all(x, ", "true", ")", times.min(300)));
        survives("chained macros", format!("a{}", ".map(x, x)".repeat(times.min(2_000))));
        survives("selections", format!("a{}", ".b".repeat(times * 10)));
        survives("sums", "1+".repeat(times * 50) + "1");
        survives("conjunctions", "true && ".repeat(times * 10) + "true");
        survives("memberships", nested("1 in [", "1", "]", times));
    }
    survives("a long list", format!("[{}1]", "1,".repeat(500_000)));
}

#[test]
fn broken_texts_end() {
    survives("at signs", "@".repeat(1 << 20));
    survives("an open string", format!("'{}", "x".repeat(1 << 20)));
}

#[test]
fn expensive_expressions_are_cancelled() {
    survives("multiplying replacements", {
        let long = "'".to_owned() + &"a".repeat(100) + "'";
        format!("size({long}{}) > 0", format!(".replace('a', {long})").repeat(10))
    });
    survives("nested loops", {
        let thousand = "lists.range(1000)";
        format!("{thousand}.all(a, {thousand}.all(b, {thousand}.all(c, a + b + c >= 0)))")
    });
    survives("a long range", "lists.range(1000000000).size() > 0".to_owned());
    survives("a large range", "lists.range(900000).distinct().size() > 0".to_owned());
    survives("sorting", "lists.range(900000).map(x, -x).sort().size() > 0".to_owned());
    survives("growing lists", {
        "[lists.range(100000)].map(l, l + l).map(l, l + l).map(l, l + l).map(l, l + l).map(l, l + l).size() > 0".to_owned()
    });
    survives("many copies", "lists.range(10000).map(i, lists.range(50) + [i]).size() > 0".to_owned());
    survives("backtracking", "('a'.join(lists.range(30).map(x, 'a')) + 'b').matches('(a*)*c')".to_owned());
    survives("stars", format!("'{}'.matches('(a*)*b')", "a".repeat(10_000)));
    survives("repetitions", "'aaaa'.matches('a{1000}{1000}')".to_owned());
    survives("digits", "'%.99999f'.format([1.0])".to_owned());
}
