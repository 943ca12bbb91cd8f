//! The cases, written once for both sides.

/// What a text claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A CEL expression, with a variable `a` of type dyn.
    Expression,
    /// YAML or JSON.
    Document,
}

/// A text made to hurt.
pub struct Case {
    /// What it is.
    pub name: &'static str,
    /// What it claims to be.
    pub kind: Kind,
    /// Makes it.
    pub text: Box<dyn Fn() -> String>,
}

fn nested(open: &str, inner: &str, close: &str, times: usize) -> String {
    [&open.repeat(times), inner, &close.repeat(times)].concat()
}

/// Levels that each name the level before ten times.
fn laughs(levels: usize, first: &str, use_of: impl Fn(usize) -> String) -> String {
    let mut text = format!("a0: &a0 {first}\n");
    for level in 1..levels {
        let uses = vec![use_of(level - 1); 10].join(", ");
        text += &format!("a{level}: &a{level} [{uses}]\n");
    }
    text
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// All of them.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a list")]
pub fn cases() -> Vec<Case> {
    const DEEP: usize = 10_000;
    const LONG: usize = 1 << 20;
    let mut cases: Vec<Case> = Vec::new();
    let mut add = |kind, name, text: Box<dyn Fn() -> String>| cases.push(Case { name, kind, text });
    macro_rules! expression {
        ($name:literal, $text:expr) => {
            add(Kind::Expression, $name, Box::new(|| $text))
        };
    }
    expression!("parentheses, nested", nested("(", "1", ")", DEEP));
    expression!("parentheses, as deep as allowed", nested("(", "1", ")", 249));
    expression!("lists, nested", nested("[", "1", "]", DEEP));
    expression!("lists, as deep as allowed", nested("[", "1", "]", 249));
    expression!("maps, nested", nested("{1: ", "1", "}", DEEP));
    expression!("maps, as deep as allowed", nested("{1: ", "1", "}", 249));
    expression!("indexes, nested", nested("a[", "0", "]", DEEP));
    expression!("indexes, as deep as allowed", nested("a[", "0", "]", 249));
    expression!("calls, nested", nested("size(", "a", ")", DEEP));
    expression!("calls, as deep as allowed", nested("dyn(", "a", ")", 249));
    expression!("memberships, nested", nested("1 in [", "1", "]", DEEP));
    expression!("selections, a chain", format!("a{}", ".b".repeat(100_000)));
    expression!("selections, as long as allowed", format!("a{}", ".b".repeat(250)));
    expression!("sums, 1 MB", "1+".repeat(LONG / 2) + "1");
    expression!("sums, as long as allowed", "1+".repeat(250) + "1");
    expression!("conjunctions, 1 MB", "a && ".repeat(LONG / 5) + "a");
    expression!("conjunctions, as long as allowed", "true&&".repeat(16_666) + "1");
    expression!("disjunctions, as long as allowed", "false||".repeat(14_285) + "true");
    expression!("!", nested("!", "true", "", DEEP));
    expression!("-", nested("-", "1", "", DEEP));
    expression!("!-", nested("!-", "1", "", DEEP));
    expression!("!, 1 MB", nested("!", "true", "", LONG));
    expression!("!, as long as allowed", nested("!", "true", "", 99_990));
    expression!("-, as long as allowed", nested("-", "1", "", 99_990));
    expression!("conditionals, heads", nested("(", "true", " ? true : false)", DEEP));
    expression!("conditionals, middles", nested("true ? ", "1", " : 2", DEEP));
    expression!("conditionals, tails", nested("false ? 1 : ", "1", "", DEEP));
    expression!("conditionals, as deep as allowed", nested("false ? 1 : ", "1", "", 249));
    expression!("macros, nested 300", nested("a.all(x, ", "true", ")", 300));
    expression!("macros, as deep as allowed", nested("a.all(x, ", "true", ")", 249));
    expression!(
        "macros that bind the optional, chained",
        format!("optional.of(a){}", ".optMap(x, x)".repeat(2_000))
    );
    expression!(
        "macros that bind the optional, a few",
        format!("optional.of(a){}", ".optMap(x, x)".repeat(20))
    );
    expression!("macros, chained 2000", format!("a{}", ".map(x, x)".repeat(2_000)));
    expression!("macros, as many in a row as allowed", format!("a{}", ".map(x, x)".repeat(249)));
    expression!("types that double", "[1]".to_owned() + &".map(x, {x: x})".repeat(200));
    expression!("types that are not known", nested("[].map(a, [a] + [{a: a}].map(b, ", "b", "))", 60));
    expression!("a list, 1 MB", format!("[{}1]", "1,".repeat(LONG / 2)));
    expression!("a list, as long as allowed", format!("[{}1]", "1,".repeat(49_990)));
    expression!("a list of names, as long as allowed", format!("[{}a]", "a,".repeat(49_990)));
    expression!("a map, as long as allowed", format!("{{{}}}", lines(9_000, |at| format!("{at}: {at},"))));
    expression!("a list of lists, as long as allowed", format!("[{}[]]", "[],".repeat(33_300)));
    expression!("at signs, 1 MB", "@".repeat(LONG));
    expression!("at signs, as many as allowed", "@".repeat(99_990));
    expression!("brackets, 1 MB", "(".repeat(LONG));
    expression!("brackets that close, as many as allowed", ")".repeat(99_990));
    expression!("an open string, 1 MB", format!("'{}", "x".repeat(LONG)));
    expression!("an open string, as long as allowed", format!("'{}", "x".repeat(99_990)));
    expression!("quotes, as many as allowed", "'".repeat(99_991));
    expression!("a number, as long as allowed", "9".repeat(99_990));
    expression!("an exponent", "1e999999999 > 1.0".to_owned());
    expression!("undeclared names, as many as allowed", "b+".repeat(200) + "b");
    expression!("undeclared names, a list of them", format!("[{}b]", "b,".repeat(49_990)));
    expression!("replacements that multiply", {
        let long = "'".to_owned() + &"a".repeat(100) + "'";
        format!("size({long}{}) > 0", format!(".replace('a', {long})").repeat(10))
    });
    expression!("replacements of nothing", {
        format!("size('a'{}) > 0", ".replace('', 'aaaaaaaaaa')".repeat(20))
    });
    expression!("texts that double", {
        format!("[dyn('aaaaaaaaaaaaaaaa')]{}.size() > 0", ".map(s, s + s)".repeat(60))
    });
    expression!("texts that are joined", {
        "lists.range(1000).map(i, 'a'.replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaa')).map(s, [s, s, s, s].join(s)).join('-').size() > 0".to_owned()
    });
    expression!("lists that double", {
        format!("[lists.range(100000)]{}.size() > 0", ".map(l, l + l)".repeat(5))
    });
    expression!("lists that double, small first", {
        format!("[[1]]{}.size() > 0", ".map(l, l + l)".repeat(60))
    });
    expression!("lists that grow in a loop", {
        "[1].map(i, lists.range(10000)).map(l, l.map(e, l + [e])).size() > 0".to_owned()
    });
    expression!("many copies", "lists.range(10000).map(i, lists.range(50) + [i]).size() > 0".to_owned());
    expression!("large texts compared", {
        "[lists.range(30000).map(i, 'abcdefghijklmnop').join()].all(s, lists.range(1000).all(i, s + 'a' == s + 'b'))".to_owned()
    });
    expression!("large lists compared", {
        "[lists.range(100000)].all(l, lists.range(1000).all(i, l == l))".to_owned()
    });
    expression!("lists compared that hold one another", {
        format!("[[1]]{}.all(l, l == [l][0] && !(l in [[l]]))", ".map(l, [l, l])".repeat(60))
    });
    expression!("maps compared that hold one another", {
        format!("[{{'a': 1}}]{}.all(l, l == dyn(l))", ".map(l, {'a': l, 'b': l})".repeat(60))
    });
    expression!("large lists searched", { "[lists.range(100000)].all(l, l.all(e, !(-1 in l)))".to_owned() });
    expression!("large lists as sets", {
        "sets.contains(lists.range(20000), lists.range(20000).map(i, -i))".to_owned()
    });
    expression!(
        "doubles, distinct",
        "lists.range(300000).map(x, double(x)).distinct().size() > 0".to_owned()
    );
    expression!("three nested loops", {
        let thousand = "lists.range(1000)";
        format!("{thousand}.all(a, {thousand}.all(b, {thousand}.all(c, a + b + c >= 0)))")
    });
    expression!("two nested loops, a map each", {
        "lists.range(1000).all(a, lists.range(1000).all(b, {'a': a, 'b': b}.size() == 2))".to_owned()
    });
    expression!("lists.range(1e9)", "lists.range(1000000000).size() > 0".to_owned());
    expression!("a range, as long as allowed", "lists.range(1000000).size() > 0".to_owned());
    expression!("distinct", "lists.range(900000).distinct().size() > 0".to_owned());
    expression!("sort", "lists.range(900000).map(x, -x).sort().size() > 0".to_owned());
    expression!("sort, large first", "lists.range(90000).reverse().sort().size() > 0".to_owned());
    expression!("reverse and slice", "lists.range(900000).reverse().slice(1, 800000).size() > 0".to_owned());
    expression!("flatten", "[lists.range(900000)].flatten().size() > 0".to_owned());
    expression!("transformMapEntry", {
        "lists.range(60000).transformMapEntry(i, v, {v: i}).size() > 0".to_owned()
    });
    expression!("transformMapEntry, backwards", {
        "lists.range(60000).transformMapEntry(i, v, {-v: i}).size() > 0".to_owned()
    });
    expression!("values that nest ever deeper", {
        let link = format!(".map(x, {})", nested("[", "dyn(x)", "]", 220));
        format!("[dyn(1)]{}.all(l, l == l && string(l) != 'x')", link.repeat(170))
    });
    expression!("optionals that nest ever deeper", {
        let link = format!(".map(x, {})", nested("optional.of(", "dyn(x)", ")", 30));
        format!("[dyn(1)]{}.all(l, l == l)", link.repeat(120))
    });
    expression!("transformMap", "lists.range(60000).transformMap(i, v, i).size() > 0".to_owned());
    expression!(
        "split, join",
        "[lists.range(60000).map(x, 'ab').join(',')].all(t, t.split('').join().split(',').size() > 0)"
            .to_owned()
    );
    expression!("'%.99999f'", "'%.99999f'.format([1.0])".to_owned());
    expression!("'%f', many", format!("'{}'.format([1e300])", "%f".repeat(30_000)));
    expression!(
        "'%.999f' of a large number, a loop",
        "lists.range(1000).map(i, '%.999f'.format([1e300])).size() > 0".to_owned()
    );
    expression!("'%s' of a large list", "'%s'.format([lists.range(100000)]).size() > 0".to_owned());
    expression!("(a*)*b", format!("'{}'.matches('(a*)*b')", "a".repeat(10_000)));
    expression!("(a*)*b, looked for", format!("'{}'.findAll('(a*)*b').size() > 0", "a".repeat(10_000)));
    expression!("a{1000}{1000}", "'aaaa'.matches('a{1000}{1000}')".to_owned());
    expression!("(a?){1000}b", format!("'{}'.matches('(a?){{1000}}b')", "a".repeat(10_000)));
    expression!("(a?){1000}a{1000}", format!("'{}'.matches('(a?){{1000}}a{{1000}}')", "a".repeat(1_000)));
    expression!("(x+x+)+y", format!("'{}'.matches('(x+x+)+y')", "x".repeat(30_000)));
    expression!("((a{100}){10}){1}c", format!("'{}'.matches('((a{{100}}){{10}})c')", "a".repeat(30_000)));
    expression!("classes, many", format!("'{}'.matches('{}')", "é".repeat(1_000), "\\\\pL".repeat(300)));
    expression!(
        "alternatives, many",
        format!("'{}b'.matches('{}')", "a".repeat(1_000), lines(3_000, |at| format!("a{at}|")))
    );
    expression!("patterns, made in a loop", {
        "lists.range(1000).all(i, 'aaaaaaaaaaaaaaaaaaaab'.matches('(a?){500}' + string(i)))".to_owned()
    });
    expression!("a pattern, nested", nested("'a'.matches('", &nested("(", "a", ")", 20_000), "')", 1));
    expression!("quantities", "quantity('1e1000000').isGreaterThan(quantity('1e999999'))".to_owned());
    expression!(
        "quantities, long",
        format!("quantity('{}').add(quantity('1n')).sign() > 0", "9".repeat(50_000))
    );
    expression!("semver, long", format!("isSemver('1.2.3-{}')", "a.".repeat(40_000)));
    expression!("a URL, long", format!("url('https://x/?{}').getQuery().size() > 0", "a=b&".repeat(20_000)));
    expression!("time zones, a loop", {
        "lists.range(10000).all(i, timestamp(i * 100000).getHours('America/New_York') >= 0)".to_owned()
    });
    macro_rules! document {
        ($name:literal, $text:expr) => {
            add(Kind::Document, $name, Box::new(|| $text))
        };
    }
    document!("billion laughs", laughs(12, "[x, x, x, x, x, x, x, x, x, x]", |level| format!("*a{level}")));
    document!("billion laughs in maps", laughs(12, "{x: 1}", |level| format!("{{b: *a{level}}}")));
    document!("aliases, a chain", {
        "a0: &a0 {x: 1}\n".to_owned() + &lines(5_000, |at| format!("a{}: &a{0} {{x: *a{at}}}\n", at + 1))
    });
    document!("an anchor in itself", "a: &a [*a, *a]\nb: &b {c: *b}\n".to_owned());
    document!("anchors in themselves, many", lines(10_000, |at| format!("a{at}: &a{at} [*a{at}]\n")));
    document!("merge keys", {
        let first = format!("m0: &m0 {{{}}}\n", lines(1_000, |at| format!("k{at}: 1, ")));
        first + &lines(5_000, |at| format!("m{}: &m{0} {{<<: *m{at}, n{at}: 1}}\n", at + 1))
    });
    document!("merge keys, lists of them", {
        let first = format!("m0: &m0 {{{}}}\n", lines(1_000, |at| format!("k{at}: 1, ")));
        first
            + &lines(1_000, |at| {
                format!("n{at}: {{<<: [*m0, *m0, *m0, *m0, *m0, *m0, *m0, *m0, *m0, *m0]}}\n")
            })
    });
    document!("flow maps, nested", "{a: ".repeat(LONG / 4));
    document!("flow maps, nested and closed", nested("{a: ", "1", "}", 50_000));
    document!("flow lists, nested", "[".repeat(LONG));
    document!("flow lists, nested and closed", nested("[", "1", "]", 100_000));
    document!("flow lists, as deep as allowed", nested("[", "1", "]", 490));
    document!("anchors, nested", "&a [".repeat(100_000));
    document!("question marks", "? ".repeat(100_000));
    document!("block lists, nested", "- ".repeat(LONG / 2));
    document!("block maps, nested", lines(1_400, |at| format!("{}a:\n", " ".repeat(at))));
    document!("block maps, as deep as allowed", lines(490, |at| format!("{}a:\n", " ".repeat(at))));
    document!("JSON, nested", "[{\"a\":".repeat(100_000));
    document!("JSON objects, nested", "{\"a\":".repeat(100_000));
    document!("keys, long", lines(10, |at| format!("{}{at}: 1\n", "k".repeat(100_000))));
    document!("a key, 1 MB", format!("{}: 1\n", "k".repeat(LONG)));
    document!("keys, many", lines(10_000, |at| format!("k{at}: v\n")));
    document!("keys, the same", "a: 1\n".repeat(20_000));
    document!("documents, many", "---\na\n".repeat(40_000));
    document!(
        "documents that are objects",
        "---\nkind: Pod\napiVersion: v1\nmetadata: {name: a}\n".repeat(200)
    );
    document!("documents that are broken", "---\na: [\n".repeat(40_000));
    document!("a scalar, 1 MB", format!("a: {}", "x".repeat(LONG)));
    document!("a quoted scalar, 1 MB", format!("a: \"{}\"", "\\u0041".repeat(LONG / 6)));
    document!("a block scalar of blank lines", format!("a: |\n{}", "\n".repeat(LONG / 2)));
    document!("a folded scalar, 1 MB", format!("a: >\n{}", "  x\n".repeat(LONG / 4)));
    document!("a list of scalars", format!("[{}1]", "1,".repeat(40_000)));
    document!("a block list of scalars", "- 1\n".repeat(40_000));
    document!("an open quote", format!("a: \"{}", "x\n".repeat(200_000)));
    document!("comments without a blank", "- 'x'#c\n".repeat(50_000));
    document!("comments, 1 MB", "# c\n".repeat(LONG / 4));
    document!(
        "numbers, huge",
        format!(
            "a: [1e99999, {}, 0x{}, 0b{}, 1.{}]",
            "9".repeat(100_000),
            "f".repeat(100_000),
            "1".repeat(100_000),
            "3".repeat(100_000)
        )
    );
    document!("tags, long", format!("a: !{} b\n", "t".repeat(LONG)));
    document!("tags, many", lines(20_000, |at| format!("- !t{at} b\n")));
    document!("binary, long", format!("a: !!binary {}\n", "QUJD".repeat(LONG / 4)));
    document!("timestamps, many", "- 2001-12-14t21:59:43.10-05:00\n".repeat(30_000));
    document!("tabs", "\t".repeat(LONG));
    document!("colons", ": ".repeat(LONG / 2));
    document!("byte order marks", "\u{feff}".repeat(LONG / 3));
    document!("a policy of a long list", {
        let item = "  - {expression: 'object.a.b == 1', message: m}\n";
        format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: q}}\nspec:\n  matchConstraints:\n    resourceRules: [{{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}}]\n  validations:\n{}",
            item.repeat(500)
        )
    });
    document!("variables that nest ever deeper", {
        let item = |at: usize| {
            let before =
                at.checked_sub(1).map_or("1".to_owned(), |before| format!("dyn(variables.v{before})"));
            format!("  - {{name: v{at}, expression: '{}'}}\n", nested("[", &before, "]", 150))
        };
        format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: q}}\nspec:\n  matchConstraints:\n    resourceRules: [{{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}}]\n  variables:\n{}  validations:\n  - expression: variables.v59 == variables.v59\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {{name: c}}\nspec: {{policyName: q, validationActions: [Deny]}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n",
            lines(60, item)
        )
    });
    document!("containers, many", {
        let item = "  - {name: a, image: b}\n";
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: q}}\nspec:\n  containers:\n{}",
            item.repeat(500)
        )
    });
    cases
}
