//! Lessons: texts with a fault, and what must hold of the answer when it is corrected. Passed by editing; checked live.

use celgate::report::{Outcome, Report};
use serde::{Deserialize, Serialize};

use super::{Draft, Settings, drafts::Origin};

/// A lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Lesson {
    /// Stable id, as in `#example=guard`.
    pub(crate) id: String,
    pub(crate) title: String,
    /// What it is about, in a few words.
    pub(crate) note: String,
    pub(crate) description: String,
    pub(crate) goal: Vec<Goal>,
    /// The texts at the start.
    pub(crate) texts: [String; 3],
    /// The texts of a solution.
    pub(crate) solution: [String; 3],
    pub(crate) settings: Settings,
}

/// Something that must hold in the end; everything that is given counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Goal {
    /// In words.
    pub(crate) says: String,
    /// The object in question: `Pod web`.
    pub(crate) object: String,
    /// What becomes of it: `denied`, or one of several: `admitted|warned`.
    pub(crate) outcome: String,
    /// What kubectl prints of it contains this.
    pub(crate) contains: String,
    /// Checks that find nothing in it.
    pub(crate) clean: Vec<String>,
    /// Marks that are nowhere in the texts, by their ids.
    pub(crate) without: Vec<String>,
    /// The text that stays as it was: `policies`, `resources`, `cluster`.
    pub(crate) kept: String,
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Admitted => "admitted",
        Outcome::Warned => "warned",
        Outcome::Denied => "denied",
        Outcome::NotJudged => "notJudged",
        Outcome::Error => "error",
    }
}

impl Goal {
    fn holds(&self, lesson: &Lesson, texts: &[String; 3], report: &Report) -> bool {
        if !self.kept.is_empty() {
            let at = ["policies", "resources", "cluster"].iter().position(|name| *name == self.kept);
            let same = |at: usize| {
                let (now, then) = (texts.get(at)?, lesson.texts.get(at)?);
                Some(now.trim_end() == then.trim_end())
            };
            return at.and_then(same) == Some(true);
        }
        if self.object.is_empty() {
            let marked = |id: &String| report.diagnostics.iter().any(|mark| mark.id == *id);
            return !self.without.is_empty() && !self.without.iter().any(marked);
        }
        let is = |kind: &str, name: &str| self.object.split_once(' ') == Some((kind, name));
        let mut objects = report.objects.iter().filter(|object| is(&object.kind, &object.name));
        // Of two with one name it is not clear which is meant.
        let (Some(object), None) = (objects.next(), objects.next()) else { return false };
        let verdict = &object.verdict;
        let became = outcome(verdict.outcome);
        (self.outcome.is_empty() || self.outcome.split('|').any(|wanted| wanted == became))
            && verdict.stderr.contains(&self.contains)
            && !object.findings.iter().any(|finding| self.clean.contains(&finding.check))
    }
}

impl Lesson {
    /// Which of the goals hold, in order.
    pub(crate) fn checks(&self, texts: &[String; 3], report: &Report) -> Vec<bool> {
        self.goal.iter().map(|goal| goal.holds(self, texts, report)).collect()
    }

    pub(crate) fn draft(&self) -> Draft {
        Draft {
            title: self.title.clone(),
            texts: self.texts.clone(),
            settings: self.settings.clone(),
            origin: Origin::Lesson,
            lesson: self.id.clone(),
            edited: false,
        }
    }

    /// Whether every word of the query, in lower case, is in it.
    pub(crate) fn has(&self, query: &str) -> bool {
        let text =
            format!("lesson {} {} {} {}", self.id, self.title, self.note, self.description).to_lowercase();
        query.split_whitespace().all(|word| text.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use celgate::review::Reviewer;

    use super::super::scenario;
    use crate::files::lessons;

    #[test]
    fn lessons_start_unpassed_and_their_solutions_pass() {
        let reviewer = Reviewer::default();
        let lessons = lessons().expect("lessons");
        assert!(lessons.len() >= 8, "only {}", lessons.len());
        let mut faults = Vec::new();
        for lesson in &lessons {
            let checks = |texts: &[String; 3]| {
                let report = reviewer.review(&scenario(texts, &lesson.settings));
                let found: Vec<String> = report
                    .objects
                    .iter()
                    .map(|object| {
                        let ids: Vec<&str> =
                            object.findings.iter().map(|finding| finding.check.as_str()).collect();
                        format!(
                            "{} {}: {:?} {} {ids:?}",
                            object.kind, object.name, object.verdict.outcome, object.verdict.stderr
                        )
                    })
                    .collect();
                (lesson.checks(texts, &report), found.join("\n"))
            };
            let (start, seen) = checks(&lesson.texts);
            if start.iter().all(|holds| *holds) {
                faults.push(format!("{} is passed at the start:\n{seen}", lesson.id));
            }
            // What a goal says is clean must not be clean by a slip of the pen.
            for id in lesson.goal.iter().flat_map(|goal| &goal.clean) {
                if !seen.contains(&format!("\"{id}\"")) {
                    faults.push(format!("{}: nothing finds {id} at the start:\n{seen}", lesson.id));
                }
            }
            let (end, seen) = checks(&lesson.solution);
            for (goal, holds) in lesson.goal.iter().zip(&end) {
                if !holds {
                    faults.push(format!("{}, solved, but not: {}\n{seen}", lesson.id, goal.says));
                }
            }
            assert_eq!(
                lesson.title.is_empty() || lesson.note.is_empty() || lesson.description.is_empty(),
                false,
                "{} has no words",
                lesson.id
            );
        }
        assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n\n"));
    }

    /// Taking the manifest away is no solution.
    #[test]
    fn an_empty_page_passes_nothing_but_what_is_kept() {
        let reviewer = Reviewer::default();
        for lesson in lessons().expect("lessons") {
            let nothing = [lesson.texts[0].clone(), String::new(), lesson.texts[2].clone()];
            let report = reviewer.review(&scenario(&nothing, &lesson.settings));
            let passed = lesson.checks(&nothing, &report);
            for (goal, passed) in lesson.goal.iter().zip(passed) {
                let about_objects = !goal.object.is_empty();
                assert!(!passed || !about_objects, "{}: {}", lesson.id, goal.says);
            }
        }
    }
}
