//! `html!` as Yew writes it, for the size of the page: what is fixed becomes one text that `web/src/markup.rs` reads, and
//! only what is computed becomes code. Yew's own macro makes every element of every panel in line, a third more of the
//! page's code. Components, keys and references are left to it.

use proc_macro::{
    Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree, token_stream,
};

/// A node of the page. The syntax is that of `yew::html!`.
#[proc_macro]
pub fn html(input: TokenStream) -> TokenStream {
    let mut template = Template::default();
    let mut tokens = Tokens::new(input);
    match template.nodes(&mut tokens, None) {
        Ok(()) => template.expression(),
        Err(message) => code(&format!("::core::compile_error!({message:?})")),
    }
}

/// Attributes that are there or not.
const FLAGS: [&str; 9] =
    ["checked", "disabled", "hidden", "multiple", "open", "readonly", "required", "reversed", "selected"];

/// What `markup::render` takes: pieces of the text, and the expressions that fill its holes.
#[derive(Default)]
struct Template {
    pieces: Vec<TokenTree>,
    holes: Vec<TokenStream>,
}

impl Template {
    fn expression(self) -> TokenStream {
        let mut text = TokenStream::new();
        for piece in self.pieces {
            text.extend([piece, TokenTree::Punct(Punct::new(',', Spacing::Alone))]);
        }
        let mut holes = TokenStream::new();
        for hole in self.holes {
            holes.extend(hole);
            holes.extend([TokenTree::Punct(Punct::new(',', Spacing::Alone))]);
        }
        call(
            "crate::markup::render",
            [call("::core::concat!", [text]), {
                let mut array = code("&mut");
                array.extend([TokenTree::Group(Group::new(Delimiter::Bracket, holes))]);
                array
            }],
        )
    }

    fn code(&mut self, code: &str) {
        self.pieces.push(TokenTree::Literal(Literal::string(code)));
    }

    fn hole(&mut self, code: &str, make: &str, value: TokenStream) {
        self.code(code);
        self.holes.push(call(make, [value]));
    }

    /// Nodes up to the end, or to the tag that closes `of`.
    fn nodes(&mut self, tokens: &mut Tokens, of: Option<&str>) -> Result<(), String> {
        loop {
            match tokens.peek(0) {
                None => return of.map_or(Ok(()), |of| Err(format!("<{of}> is not closed"))),
                Some(TokenTree::Punct(punct)) if punct.as_char() == '<' => {
                    if is_punct(tokens.peek(1), '/') {
                        tokens.skip(2);
                        let name = tokens.name();
                        tokens.punct('>')?;
                        return if of == Some(name.as_str()) {
                            Ok(())
                        } else {
                            Err(format!("</{name}> closes {of:?}"))
                        };
                    }
                    self.element(tokens)?;
                }
                Some(TokenTree::Group(_)) => {
                    let group = tokens.group()?;
                    self.block(group.stream());
                }
                Some(TokenTree::Ident(ident)) if ident.to_string() == "if" => {
                    let value = condition(tokens)?;
                    self.hole("\u{7}", "crate::markup::Hole::Node", value);
                }
                Some(other) => return Err(format!("{other} is no node")),
            }
        }
    }

    /// `{ expression }` or `{ for iterator }`.
    fn block(&mut self, tokens: TokenStream) {
        let mut rest = Tokens::new(tokens.clone());
        match (rest.peek(0), rest.peek(1)) {
            (Some(TokenTree::Literal(text)), None) => {
                let text = text.clone();
                self.code("\u{6}");
                self.pieces.push(TokenTree::Literal(text));
                self.code("\0");
            }
            (Some(TokenTree::Ident(ident)), Some(_)) if ident.to_string() == "for" => {
                rest.skip(1);
                self.hole("\u{7}", "crate::markup::list", rest.all());
            }
            _ => self.hole("\u{7}", "crate::markup::node", tokens),
        }
    }

    fn element(&mut self, tokens: &mut Tokens) -> Result<(), String> {
        let start = tokens.clone();
        tokens.punct('<')?;
        if is_punct(tokens.peek(0), '>') {
            tokens.skip(1);
            return self.nodes(tokens, Some(""));
        }
        let name = tokens.name();
        if name.is_empty() || name.starts_with(char::is_uppercase) {
            *tokens = start;
            return self.foreign(tokens);
        }
        let (pieces, holes) = (self.pieces.len(), self.holes.len());
        self.code(&format!("\u{1}{name}\0"));
        loop {
            if is_punct(tokens.peek(0), '>') {
                tokens.skip(1);
                self.nodes(tokens, Some(&name))?;
                break;
            }
            if is_punct(tokens.peek(0), '/') {
                tokens.skip(1);
                tokens.punct('>')?;
                break;
            }
            let attribute = tokens.name();
            if attribute.is_empty() || matches!(attribute.as_str(), "key" | "ref") {
                self.pieces.truncate(pieces);
                self.holes.truncate(holes);
                *tokens = start;
                return self.foreign(tokens);
            }
            tokens.punct('=')?;
            match tokens.next() {
                Some(TokenTree::Literal(value)) => {
                    self.code(&format!("\u{2}{attribute}\0"));
                    self.pieces.push(TokenTree::Literal(value));
                    self.code("\0");
                }
                Some(TokenTree::Group(value)) if attribute.starts_with("on") => {
                    let make = format!("::yew::html::{attribute}::Wrapper::__macro_new");
                    self.hole("\u{4}", "crate::markup::Hole::Listener", call(&make, [value.stream()]));
                }
                Some(TokenTree::Group(value)) => {
                    self.hole(
                        &format!("\u{3}{attribute}\0"),
                        "crate::markup::Hole::Value",
                        call(
                            if FLAGS.contains(&attribute.as_str()) {
                                "crate::markup::flag"
                            } else {
                                "::yew::html::IntoPropValue::into_prop_value"
                            },
                            [value.stream()],
                        ),
                    );
                }
                Some(TokenTree::Ident(value)) if value.to_string() == "true" => {
                    self.code(&format!("\u{2}{attribute}\0{attribute}\0"));
                }
                other => return Err(format!("the value of {attribute}: {other:?}")),
            }
        }
        self.code("\u{5}");
        Ok(())
    }

    /// An element as Yew's macro makes it.
    fn foreign(&mut self, tokens: &mut Tokens) -> Result<(), String> {
        let mut taken = TokenStream::new();
        let mut depth = 0_u32;
        loop {
            let closes = is_punct(tokens.peek(0), '<') && is_punct(tokens.peek(1), '/');
            let opens = is_punct(tokens.peek(0), '<') && !closes;
            let ends = is_punct(tokens.peek(0), '/') && is_punct(tokens.peek(1), '>');
            depth += u32::from(opens);
            if closes || ends {
                depth = depth.saturating_sub(1);
            }
            let Some(token) = tokens.next() else { return Err("an element is not closed".to_owned()) };
            taken.extend([token]);
            if closes || ends {
                while let Some(token) = tokens.next() {
                    let last = is_punct(Some(&token), '>');
                    taken.extend([token]);
                    if last {
                        break;
                    }
                }
                if depth == 0 {
                    self.hole("\u{7}", "crate::markup::Hole::Node", call("::yew::html!", [taken]));
                    return Ok(());
                }
            }
        }
    }
}

/// `if … { nodes } else …` as an expression.
fn condition(tokens: &mut Tokens) -> Result<TokenStream, String> {
    let mut value = TokenStream::new();
    // The body is the first block after the values of all `let`s: patterns may have braces too.
    let mut pattern = false;
    loop {
        let followed = is_punct(tokens.peek(1), '=') || is_punct(tokens.peek(1), '>');
        let Some(token) = tokens.next() else { return Err("`if` has no body".to_owned()) };
        match &token {
            TokenTree::Ident(ident) if ident.to_string() == "let" => pattern = true,
            TokenTree::Punct(punct)
                if punct.as_char() == '=' && punct.spacing() == Spacing::Alone && !followed =>
            {
                pattern = false;
            }
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace && !pattern => {
                value.extend([block(body.stream())?]);
                break;
            }
            _ => {}
        }
        value.extend([token]);
    }
    value.extend(code("else"));
    if matches!(tokens.peek(0), Some(TokenTree::Ident(ident)) if ident.to_string() == "else") {
        tokens.skip(1);
        if matches!(tokens.peek(0), Some(TokenTree::Ident(_))) {
            value.extend([TokenTree::Group(Group::new(Delimiter::Brace, condition(tokens)?))]);
        } else {
            value.extend([block(tokens.group()?.stream())?]);
        }
    } else {
        value.extend([TokenTree::Group(Group::new(
            Delimiter::Brace,
            code("::yew::virtual_dom::VNode::default()"),
        ))]);
    }
    Ok(value)
}

fn block(nodes: TokenStream) -> Result<TokenTree, String> {
    let mut template = Template::default();
    template.nodes(&mut Tokens::new(nodes), None)?;
    Ok(TokenTree::Group(Group::new(Delimiter::Brace, template.expression())))
}

fn code(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

fn call<const N: usize>(name: &str, arguments: [TokenStream; N]) -> TokenStream {
    let mut list = TokenStream::new();
    for argument in arguments {
        list.extend(argument);
        list.extend([TokenTree::Punct(Punct::new(',', Spacing::Alone))]);
    }
    let mut call = code(name);
    let delimiter = if name == "::yew::html!" { Delimiter::Brace } else { Delimiter::Parenthesis };
    if name.ends_with('!') {
        // A macro's argument is no list.
        let mut only: Vec<TokenTree> = list.into_iter().collect();
        only.pop();
        list = only.into_iter().collect();
    }
    let mut group = Group::new(delimiter, list);
    group.set_span(Span::call_site());
    call.extend([TokenTree::Group(group)]);
    call
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// Tokens with a look ahead.
#[derive(Clone)]
struct Tokens {
    ahead: Vec<TokenTree>,
    rest: token_stream::IntoIter,
}

impl Tokens {
    fn new(stream: TokenStream) -> Self {
        let mut tokens = Self { ahead: Vec::new(), rest: stream.into_iter() };
        tokens.fill();
        tokens
    }

    fn fill(&mut self) {
        while self.ahead.len() < 2 {
            let Some(token) = self.rest.next() else { return };
            self.ahead.push(token);
        }
    }

    fn peek(&self, at: usize) -> Option<&TokenTree> {
        self.ahead.get(at)
    }

    fn next(&mut self) -> Option<TokenTree> {
        if self.ahead.is_empty() {
            return None;
        }
        let token = self.ahead.remove(0);
        self.fill();
        Some(token)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            let _ = self.next();
        }
    }

    fn all(self) -> TokenStream {
        self.ahead.into_iter().chain(self.rest).collect()
    }

    fn punct(&mut self, wanted: char) -> Result<(), String> {
        match self.next() {
            token if is_punct(token.as_ref(), wanted) => Ok(()),
            other => Err(format!("expected `{wanted}`, found {other:?}")),
        }
    }

    fn group(&mut self) -> Result<Group, String> {
        match self.next() {
            Some(TokenTree::Group(group)) => Ok(group),
            other => Err(format!("expected a block, found {other:?}")),
        }
    }

    /// `aria-label`; empty when there is none.
    fn name(&mut self) -> String {
        let mut name = String::new();
        loop {
            match self.peek(0) {
                Some(TokenTree::Ident(ident)) if name.is_empty() || name.ends_with('-') => {
                    name.push_str(&Ident::to_string(ident));
                }
                Some(TokenTree::Literal(number)) if name.ends_with('-') => name.push_str(&number.to_string()),
                Some(TokenTree::Punct(punct)) if punct.as_char() == '-' && !name.is_empty() => name.push('-'),
                _ => return name,
            }
            self.skip(1);
        }
    }
}
