//! The parser beside cel-go: recorded prints of ASTs with their numbers, recorded issues, hostile texts, round trips.

use std::{fs, path::Path};

use celgate::cel::{
    ast::{Expr, ExprKind, MapEntry},
    macros::{self, Macro},
    parser::{Parsed, Parser},
    print, unparser,
    value::Value,
};
use serde_json::Value as Json;

/// The parser as Kubernetes 1.37 configures it.
fn kubernetes() -> Vec<Macro> {
    [
        macros::standard_macros(),
        macros::optional_macros(),
        macros::two_variable_macros(),
        macros::list_macros(),
    ]
    .concat()
}

fn parse(text: &str) -> Parsed {
    Parser { macros: &kubernetes(), optional_syntax: true }.parse(text)
}

/// The lines of a recorded file; none, and a printed line, when the recordings are not there.
fn recorded(name: &str) -> Vec<Json> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    let path = shared.map(|folder| folder.join("corpora/golden/cel").join(name)).find(|path| path.exists());
    let Some(text) = path.and_then(|path| fs::read_to_string(path).ok()) else {
        println!("skipped: no recorded {name}");
        return Vec::new();
    };
    // A few lines hold half a surrogate pair, which is no Rust text and so no expression to us.
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn text<'j>(line: &'j Json, field: &str) -> Option<&'j str> {
    line.get(field)?.as_str()
}

#[test]
fn asts_print_as_cel_go_prints_them() {
    let mut differing = Vec::new();
    let lines = recorded("ast.jsonl");
    for line in &lines {
        let expr = text(line, "expr").expect("an expression");
        let Some(plain) = text(line, "ast") else { continue };
        let parsed = parse(expr);
        let printed = print::plain(&parsed.ast.expr);
        let numbered = print::with_ids(&parsed.ast.expr);
        if !parsed.issues.is_empty() {
            differing.push(format!("{expr}\n  {}", parsed.issues));
        } else if printed != plain {
            differing.push(format!("{expr}\n  {plain}\n  {printed}"));
        } else if text(line, "ast_ids").is_some_and(|ids| ids != numbered) {
            differing.push(format!("{expr}\n  {}\n  {numbered}", line["ast_ids"]));
        }
    }
    assert!(
        differing.is_empty(),
        "{} of {} differ\n{}",
        differing.len(),
        lines.len(),
        differing.first().expect("one")
    );
}

#[test]
fn issues_read_as_cel_go_writes_them() {
    let mut figures = Figures::default();
    let mut differing = Vec::new();
    for line in
        recorded("syntax.jsonl").iter().chain(&recorded("expressions.jsonl")).chain(&recorded("random.jsonl"))
    {
        let expr = text(line, "expr").expect("an expression");
        let parsed = parse(expr);
        let wanted = text(line, "compile_error").unwrap_or("");
        let wanted = wanted.strip_prefix("compilation failed: ").unwrap_or(wanted);
        let found = parsed.issues.to_string();
        if !from_parser(wanted) {
            // The checker's business; the parser must have nothing to say.
            figures.accepted += 1;
            if !found.is_empty() {
                differing.push(format!("{expr}\n{wanted}\nfound\n{found}"));
            }
            continue;
        }
        figures.rejected += 1;
        figures.found += usize::from(!found.is_empty());
        figures.placed += usize::from(place(&found) == place(wanted));
        figures.equal += usize::from(found == wanted);
        if found != wanted {
            differing.push(format!("{expr}\n{wanted}\nfound\n{found}"));
        }
    }
    println!("{figures:?}");
    for one in differing.iter().take(std::env::var("SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(3)) {
        println!("---- {one}");
    }
    assert_eq!(figures.found, figures.rejected, "rejected");
    assert!(figures.placed * 100 >= figures.rejected * 95, "first place");
    assert!(figures.equal * 100 >= figures.rejected * 80, "text");
}

#[derive(Debug, Default)]
struct Figures {
    accepted: usize,
    rejected: usize,
    found: usize,
    placed: usize,
    equal: usize,
}

/// `1:2` of the first issue.
fn place(issues: &str) -> Option<(&str, &str)> {
    let mut parts = issues.strip_prefix("ERROR: <input>:")?.split(':');
    Some((parts.next()?, parts.next()?))
}

/// Whether the issues are the parser's: cel-go does not check what does not parse.
fn from_parser(issues: &str) -> bool {
    const SAID: [&str; 16] = [
        "Syntax error: ",
        "reserved identifier: ",
        "invalid int literal",
        "invalid uint literal",
        "invalid double literal",
        "unable to unescape",
        "invalid unicode code point",
        "argument must be a simple name",
        "argument is not an identifier",
        "iteration variable overwrites",
        "duplicate variable name",
        "invalid argument to has() macro",
        "variable name must be a simple identifier",
        "sortBy can only be applied",
        "recursion",
        "limit",
    ];
    issues.lines().any(|line| {
        line.strip_prefix("ERROR: <input>:")
            .and_then(|rest| rest.splitn(3, ':').nth(2))
            .is_some_and(|message| SAID.iter().any(|said| message.contains(said)))
    })
}

/// The tests of the CEL specification (`npm ci` in conformance/), with the ASTs that cel-go gave their authors.
fn specification() -> Vec<Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/node_modules/cel-spec.jsonl");
    let Ok(text) = fs::read_to_string(folder) else {
        println!("skipped: no conformance/node_modules/cel-spec.jsonl (npm ci in conformance/)");
        return Vec::new();
    };
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// cel-go's own standard macros, which Kubernetes has but for `existsOne`.
fn standard_of_cel_go() -> Vec<Macro> {
    let mut standard = macros::standard_macros();
    let exists_one = standard.iter().find(|known| known.name == "exists_one").cloned().expect("exists_one");
    standard.push(Macro { name: "existsOne", ..exists_one });
    standard
}

#[test]
fn the_specification_s_errors_read_as_cel_go_writes_them() {
    // Settings that the authors changed for one test, and those of Kubernetes differ: back-ticks, optional syntax, limits.
    const OTHER_SETTINGS: [&str; 4] =
        ["unsupported syntax", "expression code point size", "recursion", "limit exceeded: 4"];
    let standard = standard_of_cel_go();
    let mut differing = Vec::new();
    let mut all = 0;
    for test in specification() {
        let (None, Some(wanted)) = (text(&test, "ast"), text(&test, "error")) else { continue };
        if OTHER_SETTINGS.iter().any(|setting| wanted.contains(setting)) {
            continue;
        }
        all += 1;
        let expr = test["original"]["expr"].as_str().expect("an expression");
        let found = Parser { macros: &standard, optional_syntax: true }.parse(expr).issues.to_string();
        // Some had names instead of `<input>`.
        if !found.lines().map(after_name).eq(wanted.lines().map(after_name)) {
            differing.push(format!("{} {expr}\n{wanted}\nfound\n{found}", test["suite"]));
        }
    }
    println!("{} of {all} errors differ", differing.len());
    for one in differing.iter().take(std::env::var("SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(3)) {
        println!("---- {one}");
    }
    assert!(differing.is_empty());
}

fn after_name(line: &str) -> &str {
    line.strip_prefix("ERROR: ").and_then(|rest| rest.split_once(':')).map_or(line, |(_, rest)| rest)
}

#[test]
fn the_specification_s_asts_print_as_cel_go_prints_them() {
    let standard = standard_of_cel_go();
    let mut differing = Vec::new();
    let mut all = 0;
    for test in specification() {
        let Some(wanted) = text(&test, "ast") else { continue };
        all += 1;
        let expr = test["original"]["expr"].as_str().expect("an expression");
        let parsed = Parser { macros: &standard, optional_syntax: true }.parse(expr);
        let kinds = |element: print::Element<'_>| String::from(kind(element));
        let printed = print::adorned(&parsed.ast.expr, &kinds);
        if printed != wanted {
            differing
                .push(format!("{} {expr}\n{wanted}\nfound\n{printed}\n{}", test["suite"], parsed.issues));
        }
    }
    println!("{} of {all} ASTs differ", differing.len());
    for one in differing.iter().take(std::env::var("SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(3)) {
        println!("---- {one}");
    }
    assert!(differing.is_empty());
}

fn kind(element: print::Element<'_>) -> &'static str {
    let print::Element::Expr(expr) = element else { return "^#*expr.Expr_CreateStruct_Entry#" };
    match &expr.kind {
        ExprKind::Literal(value) => match value {
            Value::Null => "^#*expr.Constant_NullValue#",
            Value::Bool(_) => "^#*expr.Constant_BoolValue#",
            Value::Int(_) => "^#*expr.Constant_Int64Value#",
            Value::Uint(_) => "^#*expr.Constant_Uint64Value#",
            Value::Double(_) => "^#*expr.Constant_DoubleValue#",
            Value::Bytes(_) => "^#*expr.Constant_BytesValue#",
            _ => "^#*expr.Constant_StringValue#",
        },
        ExprKind::Ident(_) => "^#*expr.Expr_IdentExpr#",
        ExprKind::Select { .. } => "^#*expr.Expr_SelectExpr#",
        ExprKind::Call { .. } => "^#*expr.Expr_CallExpr#",
        ExprKind::List { .. } => "^#*expr.Expr_ListExpr#",
        ExprKind::Map(_) | ExprKind::Struct { .. } => "^#*expr.Expr_StructExpr#",
        ExprKind::Comprehension(_) => "^#*expr.Expr_ComprehensionExpr#",
        ExprKind::Unspecified => "",
    }
}

#[test]
fn unparsed_text_parses_to_the_same_ast() {
    let written = [
        "-(1)",
        "-(-a)",
        "!(!a)",
        "--a",
        "-1.a",
        "(-a).b",
        "(-a)[0]",
        "(!a).f(1)",
        "a - (b - c)",
        "a - b - c",
        "(a ? b : c) ? (d ? e : f) : g ? h : i",
        "a.`b-c`.?d[?e].`in`",
        "{?'a': b, 'c': d}",
        "[?a, b]",
        "T{?a: 1, `b-c`: 2}",
        ".a.b.T{}",
        r"b'\x00\xff' + bytes('é')",
        r"'\u00e9\n\x07'",
        "1e100 + 1.0 - .5",
        "a && (b || c) && d",
        "(a in b) in c",
        "l.all(x, l.exists_one(y, has(x.y) && y))",
        "o.optMap(x, x + 1).optFlatMap(y, y).value()",
        "l.sortBy(x, -x).map(x, x > 1, [x])",
        "m.transformMap(k, v, v + k).transformList(k, v, k == v, v)",
    ];
    let lines = [recorded("ast.jsonl"), recorded("expressions.jsonl"), recorded("random.jsonl")].concat();
    let recorded = lines.iter().filter_map(|line| text(line, "expr"));
    for expr in written.into_iter().chain(recorded) {
        let parsed = parse(expr);
        if !parsed.issues.is_empty() {
            assert!(!written.contains(&expr), "{}", parsed.issues);
            continue;
        }
        let unparsed = unparser::unparse(&parsed.ast).unwrap_or_else(|| panic!("{expr} has no text"));
        let again = parse(&unparsed);
        assert!(again.issues.is_empty(), "{expr}\n{unparsed}\n{}", again.issues);
        assert_eq!(flat(&parsed.ast.expr), flat(&again.ast.expr), "{expr}\n{unparsed}");
    }
}

/// The AST printed with rows of `&&` and `||` as one call each: their shape is the parser's.
fn flat(expr: &Expr) -> String {
    fn terms<'e>(function: &str, expr: &'e Expr, into: &mut Vec<&'e Expr>) {
        match &expr.kind {
            ExprKind::Call { function: own, args, .. } if **own == *function => {
                args.iter().for_each(|arg| terms(function, arg, into));
            }
            _ => into.push(expr),
        }
    }
    let all = |parts: &[Expr]| parts.iter().map(flat).collect::<Vec<_>>().join(", ");
    match &expr.kind {
        ExprKind::Call { function, .. } if matches!(&**function, "_&&_" | "_||_") => {
            let mut row = Vec::new();
            terms(function, expr, &mut row);
            format!("{function}({})", row.into_iter().map(flat).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Call { function, target, args } => {
            let target = target.as_ref().map(|target| flat(target));
            format!("{target:?}.{function}({})", all(args))
        }
        ExprKind::Select { operand, field, test_only } => format!("{}.{field}~{test_only}", flat(operand)),
        ExprKind::List { elements, optional_indices } => format!("[{}]{optional_indices:?}", all(elements)),
        ExprKind::Map(entries) => {
            let entry =
                |entry: &MapEntry| format!("{} {}:{}", entry.optional, flat(&entry.key), flat(&entry.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Comprehension(fold) => format!(
            "fold({} {:?} {} {} {} {} {})",
            fold.iter_var,
            fold.iter_var2,
            flat(&fold.iter_range),
            flat(&fold.accu_init),
            flat(&fold.loop_condition),
            flat(&fold.loop_step),
            flat(&fold.result)
        ),
        _ => print::plain(expr),
    }
}

/// Runs `work` with the stack that WebAssembly has.
fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("neither overflow nor panic")
}

/// The first line of what is wrong with a text, which must not take long; empty when nothing is.
fn judged(text: String) -> String {
    on_a_small_stack(move || {
        let begun = std::time::Instant::now();
        let parsed = parse(&text);
        let shown = parsed.issues.to_string();
        let _ = unparser::unparse(&parsed.ast);
        drop(parsed);
        // A tenth of a second is promised for optimised code.
        let limit = if cfg!(debug_assertions) { 3000 } else { 100 };
        assert!(begun.elapsed().as_millis() < limit, "{:?} for {:.40}", begun.elapsed(), text);
        shown.lines().next().unwrap_or("").to_owned()
    })
}

#[test]
fn nesting_is_limited_by_counting() {
    const RULES: &str = "ERROR: <input>:-1:0: expression recursion limit exceeded: 250";
    const OPERATORS: &str = "ERROR: <input>:-1:0: max recursion depth exceeded";
    for (open, inner, close, last, beyond) in [
        ("(", "1", ")", 249, RULES),
        ("[", "1", "]", 249, RULES),
        ("{1: ", "1", "}", 249, RULES),
        ("f(", "1", ")", 249, RULES),
        ("a[", "1", "]", 249, RULES),
        ("c ? 1 : ", "1", "", 249, RULES),
        ("l.all(a, ", "true", ")", 249, RULES),
        ("1 in [", "1", "]", 124, RULES),
        ("", "1", " + 1", 250, OPERATORS),
        ("", "1", " == 1", 250, OPERATORS),
        ("", "a", ".b", 250, OPERATORS),
        ("", "a", ".f()", 250, OPERATORS),
        ("", "a", "[0]", 250, OPERATORS),
        ("", "a", ".?b", 250, OPERATORS),
        ("true && ", "true", "", 3000, ""),
        ("true || ", "true", "", 3000, ""),
        ("!", "true", "", 3000, ""),
        ("-", "a", "", 3000, ""),
    ] {
        let text = |times: usize| format!("{}{inner}{}", open.repeat(times), close.repeat(times));
        assert_eq!(judged(text(last)), "", "{last} times {open}{inner}{close}");
        assert_eq!(judged(text(last + 1)), beyond, "{} times {open}{inner}{close}", last + 1);
    }
}

#[test]
fn hostile_texts_end_soon() {
    let texts = [
        "(".repeat(10_000),
        "[".repeat(10_000),
        "{1:".repeat(10_000),
        "a[".repeat(10_000),
        "f(".repeat(10_000),
        "T{a:".repeat(10_000),
        format!("a{}", ".b".repeat(49_000)),
        format!("a{}", ".".repeat(49_000)),
        format!("a{}", ".b".repeat(500_000)),
        format!("1{}", "+1".repeat(49_000)),
        format!("1{}", "+1".repeat(500_000)),
        format!("x{}", " && x".repeat(19_000)),
        format!("x{}", " && x".repeat(200_000)),
        format!("x{}", " && ".repeat(19_000)),
        "!".repeat(10_000),
        "-".repeat(10_000),
        "!-".repeat(10_000),
        format!("{}1", "-".repeat(99_000)),
        "a?".repeat(10_000),
        "a?b:".repeat(10_000),
        "l.all(a,".repeat(300),
        format!("l{}", ".all(a, a)".repeat(2_000)),
        format!("o{}", ".optMap(a, a)".repeat(2_000)),
        format!("o{}", ".optMap(a, a)".repeat(240)),
        format!("[{}]", "1,".repeat(49_000)),
        format!("[{}]", "1,".repeat(500_000)),
        format!("[{}]", "l.map(a, a),".repeat(8_000)),
        "@".repeat(99_000),
        "@".repeat(1_000_000),
        format!("'{}", "a".repeat(99_000)),
        format!("'{}", "a".repeat(1_000_000)),
        "\"\"\"\\q".repeat(15_000),
        "'''".repeat(33_333),
        "r'''a".repeat(19_000),
        "`a".repeat(49_000),
        "1 ".repeat(49_000),
        "a b ) ] } ".repeat(9_000),
        "{a:b c".repeat(15_000),
        "-1.a".repeat(20_000),
        "a.b.c.d.".repeat(12_000),
        "\n".repeat(99_000),
        "é".repeat(99_000),
    ];
    for text in texts {
        judged(text);
    }
}

#[test]
fn a_half_typed_expression_keeps_what_it_has() {
    for (text, ast) in [
        ("object.", "object"),
        ("object.spec.", "object.spec"),
        ("object.spec.replicas >", "_>_(\n  object.spec.replicas,\n  \n)"),
        ("has(object.spec.", "has(\n  object.spec\n)"),
        ("object.spec.containers.all(c, c.", "object.spec.containers.all(\n  c,\n  c\n)"),
        ("a && b.", "_&&_(\n  a,\n  b\n)"),
        ("[1, a.", "[\n  1,\n  a\n]"),
    ] {
        let parsed = Parser { macros: &[], optional_syntax: true }.parse(text);
        assert!(!parsed.issues.is_empty());
        assert_eq!(print::plain(&parsed.ast.expr), ast, "{text}");
    }
}

#[test]
fn nodes_know_what_they_cover() {
    let parsed = parse("(a + b).c[0] == 'é' && l.all(x, has(x.y))");
    let info = &parsed.ast.source_info;
    let covered: Vec<&str> = info.ids().map(|id| info.slice(id)).collect();
    for wanted in
        ["a + b", "(a + b).c", "(a + b).c[0]", "'é'", "(a + b).c[0] == 'é'", "l.all(x, has(x.y))", "has(x.y)"]
    {
        assert!(covered.contains(&wanted), "{wanted} in {covered:?}");
    }
}
