//! The authorizer of a case: rules in order, of which the first that fits decides.

use std::rc::Rc;

use celgate::{
    cel::value::Value as Cel,
    environment::library::authz::{
        Attributes, Authorize, Decision, Resource, Target, User, Verdict, authorizer, resource_authorizer,
    },
};
use serde_json::Value;

use super::flag;

#[derive(Debug)]
struct Rules(Vec<Value>);

/// An absent field fits everything.
fn fits(rule: &Value, field: &str, value: &str) -> bool {
    rule[field].as_str().is_none_or(|wanted| wanted == value)
}

impl Authorize for Rules {
    fn authorize(&self, attributes: &Attributes) -> Decision {
        let none = Resource::default();
        let (resource, path) = match &attributes.target {
            Target::Path(path) => (&none, Some(&**path)),
            Target::Resource(resource) => (resource, None),
        };
        let rule = self.0.iter().find(|rule| {
            if rule["resourceRequest"].as_bool().is_some_and(|wanted| wanted == path.is_some()) {
                return false;
            }
            if path.is_some()
                && rule["path"].is_null()
                && !(rule["group"].is_null() && rule["resource"].is_null())
            {
                return false;
            }
            fits(rule, "verb", &attributes.verb)
                && fits(rule, "group", &resource.group)
                && fits(rule, "resource", &resource.resource)
                && fits(rule, "subresource", &resource.subresource)
                && fits(rule, "namespace", &resource.namespace)
                && fits(rule, "name", &resource.name)
                && fits(rule, "path", path.unwrap_or_default())
                && fits(rule, "user", &attributes.user.name)
        });
        let text = |field: &str| rule.and_then(|rule| rule[field].as_str()).unwrap_or_default();
        let verdict = match (rule, text("decision").to_lowercase().as_str()) {
            (Some(_), "" | "allow") => Verdict::Allow,
            (Some(_), "deny") => Verdict::Deny,
            _ => Verdict::NoOpinion,
        };
        let error = Some(text("error")).filter(|error| !error.is_empty());
        Decision { verdict, reason: text("reason").into(), error: error.map(Rc::from) }
    }
}

/// `authorizer` and `authorizer.requestResource`, unless the case leaves them out.
pub(super) fn variables(case: &Value) -> Vec<(&'static str, Cel)> {
    if !flag(case, "hasAuthorizer", true) || flag(case, "unboundAuthorizer", false) {
        return Vec::new();
    }
    let request = &case["vars"]["request"];
    let text = |value: &Value| -> Rc<str> { value.as_str().unwrap_or_default().into() };
    let user = &request["userInfo"];
    let groups = user["groups"].as_array().into_iter().flatten().map(text).collect();
    let user =
        Rc::new(User { name: text(&user["username"]), uid: text(&user["uid"]), groups, ..User::default() });
    let rules: Rc<dyn Authorize> = Rc::new(Rules(case["authz"].as_array().cloned().unwrap_or_default()));
    let resource = Resource {
        group: text(&request["resource"]["group"]),
        resource: text(&request["resource"]["resource"]),
        subresource: text(&request["subResource"]),
        namespace: text(&request["namespace"]),
        name: text(&request["name"]),
        ..Resource::default()
    };
    vec![
        ("authorizer", authorizer(Rc::clone(&user), Rc::clone(&rules))),
        ("authorizer.requestResource", resource_authorizer(user, rules, resource)),
    ]
}
