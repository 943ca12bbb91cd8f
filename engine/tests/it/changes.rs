//! What the server makes of a text, and what an update changes, as the report lists it.

use celgate::{
    report::Change,
    review::{Request, Scenario, Text, TextRole, review},
};

fn text(role: TextRole, text: &str) -> Text {
    Text { name: "a.yaml".into(), role, text: text.into() }
}

/// What differs, as lines: `+ path: value`, `- path: value`, `path: before → after`.
fn lines(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| match (&change.before, &change.after) {
        (None, Some(after)) => format!("+ {}: {after}", change.path),
        (Some(before), None) => format!("- {}: {before}", change.path),
        (before, after) => format!(
            "{}: {} → {}",
            change.path,
            before.as_deref().unwrap_or_default(),
            after.as_deref().unwrap_or_default()
        ),
    };
    changes.iter().map(line).collect()
}

const CONFIG_MAP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: limits, namespace: shop, labels: {}}
data: {most: \"5\", least: \"1\"}
";

#[test]
fn what_the_server_made_of_a_text_is_listed() {
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}], selector: {}}\n";
    let scenario = Scenario { texts: vec![text(TextRole::Resources, service)], ..Scenario::default() };
    let report = review(&scenario);
    let object = &report.objects[0];
    let found = lines(&object.changes);
    for expected in [
        "+ spec.type: ClusterIP",
        "+ spec.ports[0].protocol: TCP",
        "+ spec.ports[0].targetPort: 80",
        "- spec.selector: {}",
    ] {
        assert!(found.iter().any(|line| line == expected), "no {expected} in {found:#?}");
    }
    let dropped = object.changes.iter().find(|change| change.path == "spec.selector").expect("listed above");
    assert_eq!(&service[dropped.span.start as usize..dropped.span.end as usize], "{}");
    assert!(object.update.is_empty());
    let written = review(&Scenario { as_written: true, ..scenario });
    assert_eq!(lines(&written.objects[0].changes), [""; 0]);
    assert!(written.objects[0].seen.as_ref().is_some_and(|seen| !seen.contains("ClusterIP")));
}

#[test]
fn an_update_lists_what_it_changes() {
    let newer = CONFIG_MAP.replace("most: \"5\", least: \"1\"", "most: \"7\", kind: \"soft\"");
    let texts = vec![text(TextRole::Resources, &newer), text(TextRole::Cluster, CONFIG_MAP)];
    let scenario = Scenario { texts, ..Scenario::default() };
    let report = review(&scenario);
    assert_eq!(report.objects[0].operation, "UPDATE");
    let mut found = lines(&report.objects[0].update);
    found.sort();
    assert_eq!(found, ["+ data.kind: soft", "- data.least: \"1\"", "data.most: \"5\" → \"7\""]);
    // What is deleted is the copy in the cluster.
    let delete =
        Scenario { request: Request { operation: "DELETE".into(), ..Request::default() }, ..scenario };
    let report = review(&delete);
    assert!(report.objects[0].seen.as_ref().is_some_and(|seen| seen.contains("most: \"5\"")));
    assert!(lines(&report.objects[0].changes).iter().all(|line| !line.contains(" data.")));
}
