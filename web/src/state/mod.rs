//! What the page knows, without a browser: pure, tested natively.
//!
//! The views in `panels` draw a [`State`]; the only way to change it is an [`Action`], which `app` carries out.

pub(crate) mod places;
pub(crate) mod settings;
pub(crate) mod colour;
pub(crate) mod lanes;
pub(crate) mod words;
pub(crate) mod marks;
pub(crate) mod diff;
pub(crate) mod share;
pub(crate) mod drafts;
pub(crate) mod embed;
pub(crate) mod catalogue;
pub(crate) mod lessons;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, rc::Rc};

use celgate::{
    report::{Edit, ObjectReport, Report},
    review::{Scenario, Text, TextRole},
    source::Span,
};

pub(crate) use self::{drafts::Draft, places::Places, settings::Settings};

/// The three editors, in the order of the scenario's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Editor {
    Policies,
    Resources,
    Cluster,
}

impl Editor {
    pub(crate) const ALL: [Self; 3] = [Self::Policies, Self::Resources, Self::Cluster];

    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// The editor a span points into.
    pub(crate) fn of(span: Span) -> Option<Self> {
        Self::ALL.get(span.source.0 as usize).copied()
    }

    /// The file kubectl would be given.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Policies => "policies.yaml",
            Self::Resources => "resources.yaml",
            Self::Cluster => "cluster.yaml",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Policies => "Policies",
            Self::Resources => "Resources",
            Self::Cluster => "Cluster",
        }
    }
}

/// What a narrow screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Editor(Editor),
    Answer,
}

/// Something that floats above the page; one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Float {
    Settings,
    Share,
    Palette,
    Help,
}

/// How the page stands to its engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The answer belongs to the text.
    Live,
    /// The text has changed; the answer comes when the typing pauses.
    Typing,
    /// Asked, not answered.
    Running,
    /// The engine was stopped or broke, with the reason.
    Stopped(String),
}

/// Which validation the explain view is about: indices into the report of the selected object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Focus {
    pub(crate) policy: usize,
    pub(crate) binding: usize,
    pub(crate) evaluation: usize,
    pub(crate) validation: usize,
}

/// A report with the texts it is about.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) report: Report,
    pub(crate) places: Places,
    /// Milliseconds the review took.
    pub(crate) took: f64,
    /// When it came, in milliseconds of the page's clock.
    pub(crate) at: f64,
}

impl Answer {
    /// Whether every text could be read and every policy compiled.
    pub(crate) fn whole(&self) -> bool {
        self.problems().next().is_none()
    }

    /// What keeps something from being judged.
    pub(crate) fn problems(&self) -> impl Iterator<Item = &celgate::report::Diagnostic> {
        self.report.diagnostics.iter().filter(|diagnostic| words::is_problem(diagnostic))
    }
}

/// An object, recognised from one answer to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ObjectKey {
    kind: String,
    namespace: String,
    name: String,
    nth: usize,
}

/// A fix that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) editor: Editor,
    pub(crate) title: String,
    /// The text it made.
    pub(crate) text: String,
}

/// All there is to draw.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) draft: Draft,
    /// What another page asks for, where this one stands inside it.
    pub(crate) embed: Option<embed::Embed>,
    pub(crate) phase: Phase,
    pub(crate) answer: Option<Rc<Answer>>,
    /// The last answer in which everything could be read.
    pub(crate) whole: Option<Rc<Answer>>,
    pub(crate) selected: Option<ObjectKey>,
    pub(crate) view: View,
    /// Which editor the lower pane shows.
    pub(crate) lower: Editor,
    pub(crate) float: Option<Float>,
    pub(crate) explain: Option<Focus>,
    /// Which element of the range the explain view shows.
    pub(crate) turn: Option<usize>,
    pub(crate) all_values: bool,
    /// Rows the user opened or closed, by a key of their own.
    pub(crate) rows: BTreeMap<String, bool>,
    pub(crate) copied: Option<&'static str>,
    /// The lessons, once they are fetched.
    pub(crate) lessons: Rc<[lessons::Lesson]>,
    /// How many of the goals of a lesson once held, by its id.
    pub(crate) progress: BTreeMap<String, usize>,
    /// The fix that was made last, until the text becomes another.
    pub(crate) applied: Option<Applied>,
    /// Drafts of other tabs and other days.
    pub(crate) kept: Vec<Draft>,
    /// Something to say that is not about the texts: a broken link.
    pub(crate) notice: Option<String>,
    pub(crate) query: String,
    pub(crate) picked: usize,
    pub(crate) included: share::Included,
    pub(crate) wrap: bool,
    pub(crate) dark: Option<bool>,
    pub(crate) apple: bool,
}

impl State {
    pub(crate) fn new(draft: Draft) -> Self {
        Self {
            draft,
            embed: None,
            phase: Phase::Running,
            answer: None,
            whole: None,
            selected: None,
            view: View::Answer,
            lower: Editor::Resources,
            float: None,
            explain: None,
            turn: None,
            all_values: false,
            rows: BTreeMap::new(),
            copied: None,
            lessons: Rc::from([]),
            progress: BTreeMap::new(),
            applied: None,
            kept: Vec::new(),
            notice: None,
            query: String::new(),
            picked: 0,
            included: share::Included::default(),
            wrap: false,
            dark: None,
            apple: false,
        }
    }

    /// What the engine is asked.
    pub(crate) fn scenario(&self) -> Scenario {
        scenario(&self.draft.texts, &self.draft.settings)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.draft.texts.iter().all(|text| text.trim().is_empty())
    }

    /// The selected object of the answer: the user's choice, or the one with most to say.
    pub(crate) fn object(&self) -> Option<(usize, &ObjectReport)> {
        let report = &self.answer.as_ref()?.report;
        let index = pick(report, self.selected.as_ref())?;
        report.objects.get(index).map(|object| (index, object))
    }

    /// The lesson that is open, and which of its goals hold.
    pub(crate) fn lesson(&self) -> Option<(&lessons::Lesson, Vec<bool>)> {
        let lesson = self.lessons.iter().find(|lesson| lesson.id == self.draft.lesson)?;
        let none = Report::default();
        let report = self.answer.as_ref().map_or(&none, |answer| &answer.report);
        Some((lesson, lesson.checks(&self.draft.texts, report)))
    }

    /// Takes an answer over; keeps the last whole one beside it.
    pub(crate) fn answered(&mut self, answer: Answer) {
        let answer = Rc::new(answer);
        if answer.whole() {
            self.whole = Some(Rc::clone(&answer));
        }
        self.answer = Some(answer);
        self.phase = Phase::Live;
        if let Some(focus) = self.explain
            && self.object().and_then(|(_, object)| focus.find(object)).is_none()
        {
            self.explain = None;
            self.turn = None;
        }
    }

    /// Whether the built-in checks are spread out: where they are all there is to say, or the answer is a warning.
    pub(crate) fn findings_open(&self, object: &ObjectReport) -> bool {
        let alone = object.policies.is_empty() || object.verdict.outcome == celgate::report::Outcome::Warned;
        self.open("findings", alone)
    }

    /// Whether a row is open: what the user chose, else `otherwise`.
    pub(crate) fn open(&self, row: &str, otherwise: bool) -> bool {
        self.rows.get(row).copied().unwrap_or(otherwise)
    }
}

impl Focus {
    /// The validation in question.
    pub(crate) fn find(self, object: &ObjectReport) -> Option<&celgate::report::ValidationReport> {
        self.evaluation(object)?.validations.get(self.validation)
    }

    pub(crate) fn evaluation(self, object: &ObjectReport) -> Option<&celgate::report::ParamReport> {
        object.policies.get(self.policy)?.bindings.get(self.binding)?.evaluations.get(self.evaluation)
    }
}

/// The engine's question for these texts.
pub(crate) fn scenario(texts: &[String; 3], settings: &Settings) -> Scenario {
    let roles = [TextRole::Policies, TextRole::Resources, TextRole::Cluster];
    Scenario {
        texts: Editor::ALL
            .iter()
            .zip(roles)
            .zip(texts)
            .map(|((editor, role), text)| Text { name: editor.file().to_owned(), role, text: text.clone() })
            .collect(),
        request: settings.request(),
        version: settings.version.clone(),
        explain: true,
        silenced: settings.silenced.clone(),
        pod_security: settings.pod_security(),
        trusted_registries: settings.trusted_registries.clone(),
        complete: settings.complete,
        as_written: settings.as_written,
    }
}

/// The key of an object among those of its report.
pub(crate) fn key(report: &Report, index: usize) -> Option<ObjectKey> {
    let object = report.objects.get(index)?;
    let same = |other: &&ObjectReport| {
        other.kind == object.kind && other.namespace == object.namespace && other.name == object.name
    };
    Some(ObjectKey {
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
        nth: report.objects.iter().take(index).filter(same).count(),
    })
}

fn pick(report: &Report, wanted: Option<&ObjectKey>) -> Option<usize> {
    let chosen = wanted.and_then(|wanted| {
        (0..report.objects.len()).find(|&index| key(report, index).as_ref() == Some(wanted))
    });
    chosen.or_else(|| {
        let weight =
            |index: &usize| report.objects.get(*index).map(|object| words::weight(object.verdict.outcome));
        (0..report.objects.len()).rev().max_by_key(weight)
    })
}

/// Everything a user can do, and everything that can come back.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Edited(Editor, String),
    Settle,
    Run,
    Select(usize),
    View(View),
    Toggle(String, bool),
    ToggleAll(Vec<String>, bool),
    Open(Float),
    Close,
    Explain(Option<Focus>),
    Turn(usize),
    AllValues(bool),
    Goto(Span),
    Light(Option<Span>),
    Apply(Vec<Edit>),
    Undo(Editor),
    Set(Settings),
    Load(Box<Draft>),
    /// The fetched lessons, as JSON, and the id of the one to open.
    Lessons(String, Option<String>),
    /// Replaces the texts in the editors, undoably.
    Replace(Box<[String; 3]>),
    Query(String),
    Pick(usize),
    Include(share::Included),
    Copy(&'static str, String),
    CopiedOver,
    Download(String, String),
    Upload(Editor),
    Dropped(Vec<(String, String)>),
    NextProblem(bool),
    /// Opens a page beside this one in a new tab.
    Visit(&'static str),
    ToggleTheme,
    ToggleWrap,
    Clear,
    /// A key: name, Ctrl or Command, Shift, Alt.
    Key(String, bool, bool, bool),
}
