//! Expressions that mostly check, over the variables of the recorded group `deploy`: templates per type, filled at random.
//!
//! In a template `$(type)` is an expression of that type, `$(w type)` the same in parentheses where a suffix needs them,
//! `$(bind type)` a new variable of that type, known to the rest of the template, `$(one a/b)` one of those words.

use serde_json::{Value, json};

use super::random::Random;

/// Type, leaves, templates. Types that begin with `list` have elements of the type after it.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

const ROWS: &[Row] = &[
    (
        "bool",
        &["true", "false", "object.spec.paused", "object.spec.template.spec.hostNetwork", "request.dryRun"],
        &[
            "$(w bool) && $(w bool)",
            "$(w bool) || $(w bool)",
            "$(w bool) && $(w bool) && $(w bool)",
            "!$(w bool)",
            "$(w int) $(one </<=/>/>=) $(w int)",
            "$(w double) $(one </<=/>/>=) $(w double)",
            "$(w string) $(one </<=/>/>=) $(w string)",
            "$(w dur) $(one </>=) $(w dur)",
            "$(w ts) $(one <=/>) $(w ts)",
            "$(w int) $(one </>=) $(w double)",
            "$(w int) $(one >/<=) $(w uint)",
            "$(w int) $(one ==/!=) $(w int)",
            "$(w string) $(one ==/!=) $(w string)",
            "$(w list int) $(one ==/!=) $(w list int)",
            "$(w map) == $(w map)",
            "dyn($(any)) $(one ==/!=) dyn($(any))",
            "dyn($(any)) $(one </>) dyn($(any))",
            "$(w string).$(one startsWith/endsWith/contains)($(string))",
            "$(w string).matches($(pattern))",
            "$(w list int).$(one all/exists/exists_one)($(bind int), $(bool))",
            "$(w list string).$(one all/exists/exists_one)($(bind string), $(bool))",
            "$(w list item).$(one all/exists/exists_one)($(bind item), $(bool))",
            "$(w map).$(one all/exists)($(bind string), $(bool))",
            "$(w list int).$(one all/exists/existsOne)($(bind int), $(bind int), $(bool))",
            "has($(w item).$(one name/image/securityContext/nope))",
            "has(object.$(one spec.replicas/metadata.labels/spec.none/spec.missing.y/spec.words.x))",
            "$(w string) in $(w list string)",
            "$(w int) in $(w list int)",
            "$(w string) in $(w map)",
            "$(w bool) ? $(w bool) : $(w bool)",
            "$(quantity).$(one isGreaterThan/isLessThan)($(quantity))",
            "$(w list int).isSorted()",
            "sets.$(one contains/intersects/equivalent)($(list string), $(list string))",
            "object.spec.?$(one replicas/missing/none/strategy.?type).hasValue()",
            "type($(any)) == $(one int/string/bool/list/map/double/null_type)",
            "isURL($(string))",
            "isIP($(string))",
        ],
    ),
    (
        "int",
        &[
            "0",
            "1",
            "2",
            "-1",
            "5",
            "9223372036854775807",
            "object.spec.replicas",
            "object.metadata.generation",
            "object.spec.numbers[1]",
            "object.spec['replicas']",
            "variables.max",
            "oldObject.spec.replicas",
        ],
        &[
            "$(w int) $(one +/-/*) $(w int)",
            "$(w int) / $(w int)",
            "$(w int) % $(w int)",
            "-$(w int)",
            "size($(string))",
            "$(w list int).size()",
            "size($(map))",
            "int($(string))",
            "int($(double))",
            "int($(uint))",
            "$(w list int).$(one sum/min/max)()",
            "$(w list int).indexOf($(int))",
            "$(w string).$(one indexOf/lastIndexOf)($(string))",
            "$(w bool) ? $(w int) : $(w int)",
            "$(w ts).$(one getHours()/getFullYear()/getDayOfWeek('UTC')/getMinutes('+05:30'))",
            "$(w dur).$(one getHours/getSeconds/getMilliseconds)()",
            "object.spec.?$(one replicas/missing/minReadySeconds).orValue($(int))",
            "$(w list int)[$(int)]",
            "$(quantity).compareTo($(quantity))",
        ],
    ),
    ("uint", &["0u", "1u", "18446744073709551615u"], &["uint($(int))", "$(w uint) $(one +/-/*) $(w uint)"]),
    (
        "double",
        &["0.0", "0.5", "-2.0", "1e10", "object.spec.ratio", "object.spec.half", "object.spec.floats[0]"],
        &[
            "$(w double) $(one +/-/*) $(w double)",
            "$(w double) / $(w double)",
            "double($(int))",
            "double($(string))",
            "$(w list double).$(one sum/min/max)()",
        ],
    ),
    (
        "string",
        &[
            "''",
            "'a'",
            "'web'",
            "'latest'",
            "'héllo'",
            "'😀'",
            "'5'",
            "'1h'",
            "object.metadata.name",
            "object.metadata.labels.app",
            "object.metadata.labels['tier']",
            "object.spec.text",
            "request.operation",
            "object.spec.words[0]",
            "params.data.registry",
            "object.spec.missing",
            "object.metadata.labels.nope",
        ],
        &[
            "$(w string) + $(w string)",
            "$(w string).$(one lowerAscii/upperAscii/trim/reverse)()",
            "$(w string).$(one substring/charAt)($(int))",
            "$(w string).substring($(int), $(int))",
            "$(w string).replace($(string), $(string))",
            "$(w string).replace($(string), $(string), $(int))",
            "string($(any))",
            "string($(double))",
            "$(w list string).join($(string))",
            "$(w bool) ? $(w string) : $(w string)",
            "'%s-%d'.format([$(string), $(int)])",
            "'%s'.format([$(any)])",
            "'%.2f|%e'.format([$(double), $(double)])",
            "'%x %X %b %o'.format([$(int), $(string), $(int), $(int)])",
            "$(w string).find($(pattern))",
            "$(w list string)[$(int)]",
            "$(w map)[$(string)]",
            "$(w item).$(one name/image/nope)",
            "object.metadata.?$(one name/labels.?app/labels.nope/nope).orValue($(string))",
            "$(w string).split($(string))[$(int)]",
            "strings.quote($(string))",
        ],
    ),
    ("null", &["null", "object.spec.none"], &[]),
    (
        "map",
        &[
            "object.metadata.labels",
            "object.spec.selector.matchLabels",
            "object.spec.empty",
            "params.data",
            "request.userInfo.extra",
        ],
        &[
            "{'a': $(int), 'b': $(int)}",
            "{$(string): $(string)}",
            "$(w list int).transformMap($(bind int), $(bind int), $(int))",
            "$(w list string).transformMapEntry($(bind int), $(bind string), {$(string): $(int)})",
        ],
    ),
    (
        "item",
        &[
            "object.spec.template.spec.containers[0]",
            "object.spec.template.spec.containers[9]",
            "object.spec.strategy",
        ],
        &["$(w list item)[$(int)]"],
    ),
    (
        "dur",
        &["duration('1h')", "duration('90s')", "duration('-5m')", "duration('0s')"],
        &["$(w dur) $(one +/-) $(w dur)", "$(w ts) - $(w ts)", "duration($(string))"],
    ),
    (
        "ts",
        &[
            "timestamp('2024-02-29T23:59:59.5+02:00')",
            "timestamp(object.metadata.creationTimestamp)",
            "timestamp(1700000000)",
        ],
        &["$(w ts) $(one +/-) $(w dur)", "timestamp($(int))"],
    ),
    (
        "quantity",
        &["quantity('500m')", "quantity('1Gi')", "quantity('0.5')", "quantity('-3e2')"],
        &[
            "$(w quantity).$(one add/sub)($(quantity))",
            "quantity($(string))",
            "$(w quantity).$(one add/sub)($(int))",
        ],
    ),
    ("pattern", &["'^[a-z]+$'", "'[0-9]+'", "'e'", "'(a|b)*'", "'^registry'"], &[]),
    ("list int", &["object.spec.numbers", "object.spec.matrix[0]", "[1, 2, 3]"], &LISTS_OF_INTS),
    ("list double", &["object.spec.floats", "[1.5, 0.5]"], &["$(w list int).map($(bind int), $(double))"]),
    (
        "list string",
        &["object.spec.words", "request.userInfo.groups", "variables.images", "['a', 'web']"],
        &[
            "[$(string), $(string)]",
            "$(w list string) + $(w list string)",
            "$(w list string).filter($(bind string), $(bool))",
            "$(w list item).map($(bind item), $(string))",
            "$(w list int).map($(bind int), $(bool), $(string))",
            "$(w string).split($(string))",
            "$(w string).split($(string), $(int))",
            "$(w list string).$(one reverse/distinct/sort)()",
            "$(w list string).slice($(int), $(int))",
            "$(w list string).sortBy($(bind string), $(int))",
            "$(w map).map($(bind string), $(string))",
            "$(w string).findAll($(pattern))",
            "$(w list string).transformList($(bind int), $(bind string), $(string))",
            "[$(list string), $(list string)].flatten()",
        ],
    ),
    (
        "list item",
        &["object.spec.template.spec.containers", "variables.containers", "object.status.conditions"],
        &["$(w list item).filter($(bind item), $(bool))", "$(w list item) + $(w list item)"],
    ),
];

const LISTS_OF_INTS: [&str; 10] = [
    "[$(int), $(int)]",
    "$(w list int) + $(w list int)",
    "$(w list int).filter($(bind int), $(bool))",
    "$(w list int).map($(bind int), $(int))",
    "$(w list int).map($(bind int), $(bool), $(int))",
    "$(w list int).$(one reverse/distinct/sort)()",
    "$(w list int).slice($(int), $(int))",
    "$(w list int).sortBy($(bind int), $(int))",
    "lists.range($(int) % 10)",
    "$(w list int).transformList($(bind int), $(bind int), $(bool), $(int))",
];

const ANY: [&str; 9] = ["int", "string", "bool", "double", "null", "map", "list int", "list string", "uint"];

/// Types of whole expressions; what comes up more often stands there more often.
const WHOLE: [&str; 12] = [
    "bool",
    "bool",
    "bool",
    "bool",
    "int",
    "int",
    "string",
    "string",
    "double",
    "list string",
    "list int",
    "map",
];

/// The recorded groups, the first of which has everything the templates name.
const GROUPS: [&str; 8] =
    ["deploy", "deploy", "deploy", "deploy", "deploy", "deploy", "deploy-create", "deploy-typed"];

/// A case for the group `deploy`.
pub(crate) fn case(random: &mut Random, _: &super::Start) -> Value {
    loop {
        let mut generator = Generator { random, scope: Vec::new(), named: 0 };
        let kind = generator.random.one_of(&WHOLE);
        let depth = 1 + generator.random.below(6);
        let expr = generator.expression(kind, depth);
        if expr.len() > 3 && expr.len() < 420 {
            let group = *generator.random.one_of(&GROUPS);
            return json!({"group": group, "expr": expr});
        }
    }
}

struct Generator<'r> {
    random: &'r mut Random,
    /// Variables of the comprehensions around: name and type.
    scope: Vec<(String, &'static str)>,
    named: usize,
}

impl Generator<'_> {
    fn expression(&mut self, kind: &str, depth: usize) -> String {
        let kind = if kind == "any" { *self.random.one_of(&ANY) } else { kind };
        let known: Vec<&String> =
            self.scope.iter().filter(|(_, known)| *known == kind).map(|(name, _)| name).collect();
        if !known.is_empty() && (depth == 0 || self.random.chance(35)) {
            return (*self.random.one_of(&known)).clone();
        }
        let Some((_, leaves, templates)) = ROWS.iter().find(|row| row.0 == kind) else {
            return "null".to_owned();
        };
        // Now and then a type that does not fit: what fails must fail alike.
        if self.random.chance(2) {
            let other = *self.random.one_of(&ANY);
            return self.expression(other, depth.min(1));
        }
        if depth == 0 || templates.is_empty() || self.random.chance(15) {
            return (*self.random.one_of(leaves)).to_owned();
        }
        let template = *self.random.one_of(templates);
        self.fill(template, depth - 1)
    }

    fn fill(&mut self, template: &str, depth: usize) -> String {
        let outside = self.scope.len();
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("$(") {
            filled.push_str(before);
            // `one` may offer words with parentheses of their own.
            let end = closing(after);
            let (slot, after) = (&after[..end], &after[end + 1..]);
            match slot.split_once(' ') {
                Some(("one", words)) => {
                    let words: Vec<&str> = words.split('/').collect();
                    filled.push_str(self.random.one_of::<&str>(&words));
                }
                Some(("w", kind)) => filled.push_str(&operand(self.expression(kind, depth))),
                Some(("bind", kind)) => {
                    let name = self.fresh();
                    filled.push_str(&name);
                    let kind = ROWS.iter().find(|row| row.0 == kind).map_or("any", |row| row.0);
                    self.scope.push((name, kind));
                }
                _ => filled.push_str(&self.expression(slot, depth)),
            }
            rest = after;
        }
        self.scope.truncate(outside);
        filled.push_str(rest);
        filled
    }

    fn fresh(&mut self) -> String {
        self.named += 1;
        format!("{}{}", self.random.one_of(&["x", "y", "c", "e"]), self.named)
    }
}

fn closing(text: &str) -> usize {
    let mut open = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => open += 1,
            ')' if open == 0 => return at,
            ')' => open -= 1,
            _ => {}
        }
    }
    text.len() - 1
}

/// In parentheses if an operator stands outside of any.
fn operand(text: String) -> String {
    let mut open = 0_usize;
    let loose = text.starts_with(['-', '!']) || text.starts_with(|first: char| first.is_ascii_digit());
    let splits = text.chars().any(|character| {
        match character {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        character == ' ' && open == 0
    });
    if loose || splits { format!("({text})") } else { text }
}
