//! What the panels' `html!` comes to: a text that says what is fixed, read here, and the values of its holes.

use std::rc::Rc;

pub(crate) use web_html::html;
use yew::{
    AttrValue,
    virtual_dom::{Listener, VList, VNode, VTag, VText},
};

/// The value of a hole.
pub(crate) enum Hole {
    Node(VNode),
    Value(Option<AttrValue>),
    Listener(Option<Rc<dyn Listener>>),
}

/// Makes the nodes of a template (`web/html` writes it). Every code but the last two is followed by texts that end with a
/// zero: 1 opens an element, 2 is an attribute with its value, 3 one whose value is a hole, 4 a listener, 5 closes, 6 is a
/// text, 7 a node.
pub(crate) fn render(template: &'static str, holes: &mut [Hole]) -> VNode {
    let mut holes = holes.iter_mut();
    let mut node = || match holes.next() {
        Some(Hole::Node(node)) => (std::mem::take(node), None, None),
        Some(Hole::Value(value)) => (VNode::default(), value.take(), None),
        Some(Hole::Listener(listener)) => (VNode::default(), None, listener.take()),
        None => (VNode::default(), None, None),
    };
    let mut open: Vec<VTag> = Vec::new();
    let mut roots: Vec<VNode> = Vec::new();
    let mut rest = template;
    while let Some(code) = rest.bytes().next() {
        rest = rest.get(1..).unwrap_or_default();
        let mut text = || {
            let (text, after) = rest.split_once('\0').unwrap_or((rest, ""));
            rest = after;
            text
        };
        let done = match code {
            1 => {
                open.push(VTag::new(text()));
                continue;
            }
            2 | 3 => {
                let name = text();
                let value = if code == 2 { Some(AttrValue::Static(text())) } else { node().1 };
                if let (Some(tag), "checked", 3) = (open.last_mut(), name, code) {
                    tag.set_checked(value.is_some());
                } else if let (Some(tag), Some(value)) = (open.last_mut(), value) {
                    if name == "value" && matches!(tag.tag(), "input" | "textarea") {
                        tag.set_value(value);
                    } else {
                        tag.add_attribute(name, value);
                    }
                }
                continue;
            }
            4 => {
                if let (Some(tag), (.., Some(listener))) = (open.last_mut(), node()) {
                    tag.add_listener(listener);
                }
                continue;
            }
            5 => match open.pop() {
                Some(tag) => VNode::from(tag),
                None => continue,
            },
            6 => VNode::VText(VText::new(text())),
            _ => node().0,
        };
        match open.last_mut() {
            Some(tag) => tag.add_child(done),
            None => roots.push(done),
        }
    }
    if roots.len() == 1 { roots.pop().unwrap_or_default() } else { fragment(roots) }
}

fn fragment(nodes: Vec<VNode>) -> VNode {
    VNode::VList(Rc::new(VList::with_children(nodes, None)))
}

/// The value of an attribute that is there or not.
pub(crate) fn flag(value: bool) -> Option<AttrValue> {
    value.then_some(AttrValue::Static(""))
}

/// The hole of `{ value }`.
pub(crate) fn node(value: impl IntoNode) -> Hole {
    Hole::Node(value.into_node())
}

/// The hole of `{ for values }`.
pub(crate) fn list<N: IntoNode>(values: impl IntoIterator<Item = N>) -> Hole {
    Hole::Node(fragment(values.into_iter().map(IntoNode::into_node).collect()))
}

/// What may stand in braces.
pub(crate) trait IntoNode {
    fn into_node(self) -> VNode;
}

impl IntoNode for VNode {
    fn into_node(self) -> VNode {
        self
    }
}

impl IntoNode for AttrValue {
    fn into_node(self) -> VNode {
        VNode::VText(VText::new(self))
    }
}

impl IntoNode for String {
    fn into_node(self) -> VNode {
        AttrValue::from(self).into_node()
    }
}

impl IntoNode for &str {
    fn into_node(self) -> VNode {
        self.to_owned().into_node()
    }
}

impl IntoNode for &String {
    fn into_node(self) -> VNode {
        self.as_str().into_node()
    }
}

impl IntoNode for usize {
    fn into_node(self) -> VNode {
        self.to_string().into_node()
    }
}

impl<N: IntoNode> IntoNode for Option<N> {
    fn into_node(self) -> VNode {
        self.map_or_else(VNode::default, IntoNode::into_node)
    }
}

impl<N: IntoNode> IntoNode for Vec<N> {
    fn into_node(self) -> VNode {
        fragment(self.into_iter().map(IntoNode::into_node).collect())
    }
}
