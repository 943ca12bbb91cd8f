//! The page: carries out actions, keeps the editors, asks the worker, saves the draft.

use celgate::source::Span;
use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use crate::{
    browser,
    editor::{Ask, Handle},
    markup::html,
    panels::{self, Sources, Ui},
    state::{
        self, Action, Answer, Draft, Editor, Float, Phase, Places, State, View, drafts::Origin,
        lessons::Lesson, marks, share,
    },
    storage,
    worker::{Outcome, Runner},
};

/// A pause in typing this long asks the engine.
const PAUSE: u32 = 110;
/// After this long without another answer, screen readers are told.
const SETTLED: u32 = 500;

/// Replaces the loading page.
pub(crate) fn mount() {
    let root = browser::document().and_then(|document| document.get_element_by_id("app"));
    match root {
        Some(root) => {
            root.set_inner_html("");
            yew::Renderer::<App>::with_root(root).render();
        }
        None => {
            yew::Renderer::<App>::new().render();
        }
    }
}

pub(crate) enum Message {
    Do(Action),
    Ready(Editor, Handle),
    Came(Outcome),
    Ask(Editor, Ask),
    Spoken,
}

pub(crate) struct App {
    state: State,
    runner: Runner,
    handles: [Option<Handle>; 3],
    sources: Sources,
    send: Callback<Action>,
    asked: Option<([String; 3], state::Settings)>,
    pause: Option<Timeout>,
    copied: Option<Timeout>,
    settled: Option<Timeout>,
    spoken: String,
    opener: Option<HtmlElement>,
    focus_float: bool,
    problem: usize,
    _keys: Keys,
}

impl Component for App {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let embed = embed();
        let (draft, trouble, wanted) =
            embed.as_ref().map_or_else(first_draft, |embed| (embed.draft(), None, None));
        let mut state = State::new(draft);
        if let Some(embed) = embed {
            state.view = View::Editor(embed.first());
            state.embed = Some(embed);
        }
        state.progress = storage::progress();
        state.apple = browser::is_apple();
        state.kept = storage::kept();
        state.dark = storage::theme();
        apply_theme(state.dark);
        if let Some(trouble) = trouble {
            state.notice = Some(trouble);
        }
        let link = ctx.link();
        let send = link.callback(Message::Do);
        let came = link.callback(Message::Came);
        let sources = Sources {
            ready: Editor::ALL.map(|editor| link.callback(move |handle| Message::Ready(editor, handle))),
            change: Editor::ALL
                .map(|editor| link.callback(move |text| Message::Do(Action::Edited(editor, text)))),
            ask: Editor::ALL.map(|editor| link.callback(move |ask| Message::Ask(editor, ask))),
        };
        let keys = Keys::listen(&send);
        let mut app = Self {
            state,
            runner: Runner::new(move |outcome| came.emit(outcome)),
            handles: [None, None, None],
            sources,
            send,
            asked: None,
            pause: None,
            copied: None,
            settled: None,
            spoken: String::new(),
            opener: None,
            focus_float: false,
            problem: 0,
            _keys: keys,
        };
        app.show_view();
        app.ask();
        if wanted.is_some() || !app.state.draft.lesson.is_empty() {
            app.fetch_lessons(wanted);
        }
        app
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Do(action) => self.act(ctx, action),
            Message::Ready(editor, handle) => {
                self.handles[editor.index()] = Some(handle);
                self.draw_marks();
            }
            Message::Came(outcome) => self.came(ctx, outcome),
            Message::Ask(editor, ask) => {
                self.runner.look_up(self.state.scenario(), editor.index(), ask);
                return false;
            }
            Message::Spoken => self.spoken = panels::spoken(&self.ui()),
        }
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let ui = self.ui();
        if let Some(embed) = &self.state.embed {
            return html! { <main class="w">{ panels::widget(&ui, &self.sources, embed) }</main> };
        }
        let float = self.state.float.map(|float| match float {
            Float::Settings => panels::settings(&ui),
            Float::Share => panels::share(&ui),
            Float::Palette => panels::palette(&ui),
            Float::Help => panels::help(&ui),
        });
        let wide = self.state.explain.is_some().then_some("wide-answer");
        html! {
            <>
                <div class="app">
                    { panels::bar(&ui) }
                    { panels::verdict_strip(&ui) }
                    <main class={classes!("work", wide)}>
                        { panels::sources(&ui, &self.sources) }
                        <div class="splitter" data-split="columns" role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the inputs" aria-valuenow="47" aria-valuemin="20" aria-valuemax="80"></div>
                        { panels::answer(&ui) }
                    </main>
                    { panels::status(&ui) }
                    { panels::tabs(&ui) }
                </div>
                <div class="sr" role="status" aria-live="polite">{ self.spoken.clone() }</div>
                <div class="floats">{ float }</div>
            </>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if self.state.embed.is_some() {
            browser::tell_height();
        }
        if std::mem::take(&mut self.focus_float)
            && let Some(first) =
                browser::query(".float input:not([readonly]), .float .btn.primary, .float button")
        {
            let _ = first.focus();
        }
        if self.state.float == Some(Float::Palette)
            && let Some(on) = browser::query(".palette .it.on")
        {
            on.scroll_into_view_with_scroll_into_view_options(&{
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                options
            });
        }
    }
}

impl App {
    fn ui(&self) -> Ui<'_> {
        Ui { state: &self.state, send: self.send.clone() }
    }

    #[expect(clippy::too_many_lines, reason = "one arm per action; the arms are short")]
    fn act(&mut self, ctx: &Context<Self>, action: Action) {
        match action {
            Action::Edited(editor, text) => {
                self.state.applied.take_if(|applied| applied.editor != editor || applied.text != text);
                self.state.draft.texts[editor.index()] = text;
                self.state.draft.edited = true;
                self.state.phase = Phase::Typing;
                let send = self.send.clone();
                self.pause = Some(Timeout::new(PAUSE, move || send.emit(Action::Settle)));
            }
            Action::Settle => {
                self.save();
                self.ask();
            }
            Action::Run => {
                self.asked = None;
                self.ask();
            }
            Action::Select(index) => {
                self.state.selected =
                    self.state.answer.as_ref().and_then(|answer| state::key(&answer.report, index));
                self.state.explain = None;
                self.state.turn = None;
                self.draw_marks();
            }
            Action::View(view) => {
                if let View::Editor(editor) = view
                    && editor != Editor::Policies
                {
                    self.state.lower = editor;
                }
                self.state.view = view;
                self.state.float = None;
                self.show_view();
            }
            Action::Toggle(row, open) => {
                self.state.rows.insert(row, open);
            }
            Action::ToggleAll(rows, open) => self.state.rows.extend(rows.into_iter().map(|row| (row, open))),
            Action::Open(float) => {
                if self.state.float.is_none() {
                    self.opener = browser::active();
                }
                self.state.float = Some(float);
                self.state.query.clear();
                self.state.picked = 0;
                self.focus_float = true;
                if float == Float::Palette {
                    self.state.kept = storage::kept();
                    self.fetch_lessons(None);
                }
            }
            Action::Close => self.close(),
            Action::Explain(focus) => {
                self.state.explain = focus;
                self.state.turn = None;
                if let Some(scroll) = browser::query(".answer > .scroll") {
                    scroll.set_scroll_top(0);
                }
            }
            Action::Turn(turn) => self.state.turn = Some(turn),
            Action::AllValues(all) => self.state.all_values = all,
            Action::Goto(span) => self.goto(span),
            Action::Light(span) => self.light(span),
            Action::Apply(edits) => {
                if let Some(answer) = self.state.answer.clone() {
                    for edit in &edits {
                        let Some(editor) = Editor::of(edit.span) else { continue };
                        // An edit speaks of the text it was made for.
                        if answer.places.text(editor) != self.state.draft.texts[editor.index()] {
                            continue;
                        }
                        let from = answer.places.utf16(editor, edit.span.start);
                        let to = answer.places.utf16(editor, edit.span.end);
                        if editor != Editor::Policies {
                            self.state.lower = editor;
                        }
                        let text = state::diff::apply(answer.places.text(editor), edit);
                        self.state.applied = Some(state::Applied { editor, title: edit.title.clone(), text });
                        if let Some(handle) = &self.handles[editor.index()] {
                            handle.edit(from, to, &edit.text);
                        }
                    }
                }
            }
            Action::Undo(editor) => {
                if let Some(handle) = &self.handles[editor.index()] {
                    handle.undo();
                }
            }
            Action::Set(settings) => {
                self.state.draft.settings = settings;
                self.state.draft.edited = true;
                self.save();
                self.ask();
            }
            Action::Load(draft) => self.load(*draft),
            Action::Lessons(text, wanted) => {
                self.state.lessons = serde_json::from_str::<Vec<Lesson>>(&text).unwrap_or_default().into();
                if let Some(id) = wanted {
                    match self.state.lessons.iter().find(|lesson| lesson.id == id) {
                        Some(lesson) => self.load(lesson.draft()),
                        None => self.state.notice = Some(format!("There is no example called {id}.")),
                    }
                }
                self.note_progress();
            }
            Action::Replace(texts) => {
                for (index, text) in texts.iter().enumerate() {
                    let now = &self.state.draft.texts[index];
                    let length = u32::try_from(now.encode_utf16().count()).unwrap_or(u32::MAX);
                    if let (Some(handle), true) = (&self.handles[index], now != text) {
                        handle.edit(0, length, text);
                    }
                }
            }
            Action::Query(query) => {
                self.state.query = query;
                self.state.picked = 0;
            }
            Action::Pick(index) => self.state.picked = index,
            Action::Include(included) => self.state.included = included,
            Action::Copy(what, text) => {
                browser::copy(&text);
                self.state.copied = Some(what);
                let send = self.send.clone();
                self.copied = Some(Timeout::new(2000, move || send.emit(Action::CopiedOver)));
            }
            Action::CopiedOver => self.state.copied = None,
            Action::Download(name, text) => browser::download(&name, &text),
            Action::Upload(editor) => upload(editor, self.send.clone()),
            Action::Dropped(files) => self.take(files),
            Action::NextProblem(back) => self.next_problem(back),
            Action::Visit(page) => {
                if let Some(window) = browser::window() {
                    let _ = window.open_with_url_and_target_and_features(page, "_blank", "noopener");
                }
                self.close();
            }
            Action::ToggleTheme => {
                let dark = !self.state.dark.unwrap_or_else(browser::prefers_dark);
                self.state.dark = Some(dark);
                storage::set_theme(dark);
                apply_theme(Some(dark));
            }
            Action::ToggleWrap => {
                self.state.wrap = !self.state.wrap;
                for handle in self.handles.iter().flatten() {
                    handle.wrap(self.state.wrap);
                }
                self.close();
            }
            Action::Clear => self.load(Draft::default()),
            Action::Key(key, command, shift, alt) => self.key(ctx, &key, command, shift, alt),
        }
    }

    /// The lessons come when they are wanted first.
    fn fetch_lessons(&self, wanted: Option<String>) {
        if !self.state.lessons.is_empty() && wanted.is_none() {
            return;
        }
        let send = self.send.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let text = browser::fetch("lessons.json").await.unwrap_or_default();
            send.emit(Action::Lessons(text, wanted));
        });
    }

    /// Remembers how far the lesson that is open came.
    fn note_progress(&mut self) {
        let reached = self
            .state
            .lesson()
            .filter(|_| self.state.answer.is_some())
            .map(|(lesson, holds)| (lesson.id.clone(), holds.iter().filter(|holds| **holds).count()));
        let Some((id, count)) = reached else { return };
        if self.state.progress.get(&id).is_none_or(|before| *before < count) {
            self.state.progress.insert(id, count);
            storage::set_progress(&self.state.progress);
        }
    }

    fn close(&mut self) {
        if self.state.float.take().is_some()
            && let Some(opener) = self.opener.take()
        {
            let _ = opener.focus();
        }
    }

    fn key(&mut self, ctx: &Context<Self>, key: &str, command: bool, shift: bool, alt: bool) {
        if self.state.embed.is_some() && key != "Enter" {
            return;
        }
        let action = match (key, command, alt) {
            ("k", true, false) if self.state.float == Some(Float::Palette) => Action::Close,
            ("k", true, false) => Action::Open(Float::Palette),
            ("s", true, false) => {
                let link = format!(
                    "{}#{}",
                    browser::address(),
                    share::fragment(&self.state.draft, self.state.included)
                );
                self.act(ctx, Action::Copy("link", link));
                if self.state.float == Some(Float::Share) {
                    return;
                }
                Action::Open(Float::Share)
            }
            ("Enter", true, false) => Action::Run,
            ("F8", false, false) => Action::NextProblem(shift),
            ("1", false, true) => Action::View(View::Editor(Editor::Policies)),
            ("2", false, true) => Action::View(View::Editor(Editor::Resources)),
            ("3", false, true) => Action::View(View::Editor(Editor::Cluster)),
            ("4", false, true) => Action::View(View::Answer),
            ("z", false, true) => Action::ToggleWrap,
            ("Escape", ..) => Action::Close,
            ("ArrowDown", ..) => Action::Pick(self.state.picked + 1),
            ("ArrowUp", ..) => Action::Pick(self.state.picked.saturating_sub(1)),
            ("Enter", ..) => {
                let list = panels::items(&self.state);
                let picked = self.state.picked.min(list.len().saturating_sub(1));
                let Some(item) = list.into_iter().nth(picked) else { return };
                item.action
            }
            _ => return,
        };
        if let Action::Pick(index) = action {
            let most = panels::items(&self.state).len().saturating_sub(1);
            self.state.picked = index.min(most);
            return;
        }
        let focus = if let Action::View(View::Editor(editor)) = &action { Some(*editor) } else { None };
        self.act(ctx, action);
        if let Some(handle) = focus.and_then(|editor| self.handles[editor.index()].as_ref()) {
            handle.focus();
        }
    }

    fn load(&mut self, draft: Draft) {
        if self.state.draft.edited && !self.state.is_empty() {
            self.save();
        }
        if self.state.embed.is_none() {
            storage::new_tab();
            self.state.kept = storage::kept();
        }
        self.state.draft = draft;
        self.state.selected = None;
        self.state.explain = None;
        self.state.turn = None;
        self.state.rows.clear();
        self.state.whole = None;
        self.state.answer = None;
        self.state.applied = None;
        self.state.notice = None;
        self.close();
        for (handle, text) in self.handles.iter().zip(&self.state.draft.texts) {
            if let Some(handle) = handle {
                handle.set_doc(text);
            }
        }
        self.state.view = self.state.embed.as_ref().map_or(View::Answer, |embed| View::Editor(embed.first()));
        self.show_view();
        self.save();
        self.asked = None;
        self.ask();
    }

    /// Files from outside: policies to Policies, everything else to Resources; after what is there.
    fn take(&mut self, files: Vec<(String, String)>) {
        for (name, text) in files {
            let policy = text.contains("ValidatingAdmissionPolicy");
            let editor = if policy { Editor::Policies } else { Editor::Resources };
            let slot = &mut self.state.draft.texts[editor.index()];
            if !slot.trim().is_empty() {
                if !slot.ends_with('\n') {
                    slot.push('\n');
                }
                slot.push_str("---\n");
            }
            slot.push_str(&text);
            if self.state.draft.title.is_empty() {
                self.state.draft.title = name;
            }
            if let Some(handle) = &self.handles[editor.index()] {
                handle.set_doc(slot);
            }
        }
        self.state.draft.edited = true;
        self.save();
        self.ask();
    }

    fn ask(&mut self) {
        self.pause = None;
        if self.state.is_empty() {
            self.state.answer = None;
            self.state.whole = None;
            self.state.phase = Phase::Live;
            self.asked = None;
            self.draw_marks();
            return;
        }
        let question = (self.state.draft.texts.clone(), self.state.draft.settings.clone());
        if self.asked.as_ref() == Some(&question) && self.state.phase != Phase::Typing {
            return;
        }
        self.asked = Some(question);
        self.state.phase = Phase::Running;
        self.runner.ask(self.state.scenario());
    }

    fn came(&mut self, ctx: &Context<Self>, outcome: Outcome) {
        match outcome {
            Outcome::Answered { report, took } => {
                let Some((texts, _)) = self.asked.clone() else { return };
                let typing = self.state.phase == Phase::Typing;
                let answer =
                    Answer { report: *report, places: Places::new(&texts), took, at: browser::now() };
                self.state.answered(answer);
                if !typing {
                    self.note_progress();
                }
                if typing {
                    self.state.phase = Phase::Typing;
                }
                self.draw_marks();
                self.announce(ctx);
                mark_first_answer();
            }
            Outcome::Stopped(reason) => {
                self.asked = None;
                self.state.phase = Phase::Stopped(reason);
            }
        }
    }

    fn announce(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.settled = Some(Timeout::new(SETTLED, move || link.send_message(Message::Spoken)));
    }

    /// Draws the answer into the editors whose text it is about.
    fn draw_marks(&self) {
        let drawn = marks::marks(&self.state);
        for editor in Editor::ALL {
            let Some(handle) = &self.handles[editor.index()] else { continue };
            let current = &self.state.draft.texts[editor.index()];
            let same = self.state.answer.as_ref().is_none_or(|answer| answer.places.text(editor) == current);
            if same && let Ok(json) = serde_json::to_string(&drawn[editor.index()]) {
                handle.set_marks(&json);
            }
        }
    }

    fn range(&self, span: Span) -> Option<(Editor, u32, u32)> {
        let editor = Editor::of(span)?;
        let places = &self.state.answer.as_ref()?.places;
        Some((editor, places.utf16(editor, span.start), places.utf16(editor, span.end)))
    }

    fn goto(&mut self, span: Span) {
        let Some((editor, from, to)) = self.range(span) else { return };
        if editor != Editor::Policies {
            self.state.lower = editor;
        }
        self.state.view = View::Editor(editor);
        self.show_view();
        if let Some(handle) = &self.handles[editor.index()] {
            handle.goto(from, to, true);
            handle.light(Some((from, to)));
        }
    }

    fn light(&self, span: Option<Span>) {
        let range = span.and_then(|span| self.range(span));
        for editor in Editor::ALL {
            if let Some(handle) = &self.handles[editor.index()] {
                handle.light(range.filter(|(of, ..)| *of == editor).map(|(_, from, to)| (from, to)));
            }
        }
    }

    fn next_problem(&mut self, back: bool) {
        let Some(answer) = self.state.answer.clone() else { return };
        let places: Vec<Span> = answer
            .report
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity != celgate::report::Severity::Info)
            .map(|diagnostic| diagnostic.span)
            .collect();
        if places.is_empty() {
            return;
        }
        let step = if back { places.len() - 1 } else { 1 };
        let index = self.problem % places.len();
        self.problem = (index + step) % places.len();
        self.state.float = None;
        self.goto(places[if back { self.problem } else { index }]);
    }

    fn show_view(&self) {
        let name = match self.state.view {
            View::Editor(Editor::Policies) => "policies",
            View::Editor(Editor::Resources) => "resources",
            View::Editor(Editor::Cluster) => "cluster",
            View::Answer => "answer",
        };
        if let Some(body) = browser::document().and_then(|document| document.body()) {
            let _ = body.set_attribute("data-view", name);
        }
    }

    fn save(&self) {
        // A frame in another page is no place to work in, and must not push drafts out.
        if self.state.embed.is_some() {
            return;
        }
        storage::save(&self.state.draft);
    }
}

/// What the page around asks for, when there is one that does (`www/embed.js`).
fn embed() -> Option<state::embed::Embed> {
    let fragment = browser::fragment();
    let asked = js_sys::decode_uri_component(fragment.strip_prefix("#embed=")?).ok()?;
    serde_json::from_str(&String::from(asked)).ok()
}

/// What the tab opens with: a link, an example, the tab's own draft, the newest draft; and what went wrong.
/// The draft to begin with, what is wrong with the link, and the lesson that it asks for.
fn first_draft() -> (Draft, Option<String>, Option<String>) {
    let fragment = browser::fragment();
    if let Some(id) = fragment.strip_prefix("#example=") {
        browser::clear_fragment();
        storage::new_tab();
        return match state::catalogue::find(id) {
            Some(entry) => (entry.draft(), None, None),
            None => (Draft::default(), None, Some(id.to_owned())),
        };
    }
    match share::read(&fragment) {
        Ok(Some(mut draft)) => {
            browser::clear_fragment();
            storage::new_tab();
            draft.origin = Origin::Shared;
            storage::save(&draft);
            (draft, None, None)
        }
        Ok(None) => (storage::own().unwrap_or_default(), None, None),
        Err(trouble) => (storage::own().unwrap_or_default(), Some(trouble), None),
    }
}

fn apply_theme(dark: Option<bool>) {
    let root = browser::document().and_then(|document| document.document_element());
    if let (Some(root), Some(dark)) = (root, dark) {
        let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
    }
}

/// A mark for the start-up budget: when the first answer was there.
fn mark_first_answer() {
    if let Some(performance) = browser::window().and_then(|window| window.performance()) {
        let _ = performance.mark("celgate-answer");
    }
}

fn upload(editor: Editor, send: Callback<Action>) {
    let ask = || -> Option<()> {
        let input: HtmlInputElement = browser::document()?.create_element("input").ok()?.dyn_into().ok()?;
        input.set_type("file");
        input.set_multiple(true);
        input.set_accept(".yaml,.yml,.json,text/*");
        let chosen = input.clone();
        let change = Closure::once_into_js(move || {
            if let Some(files) = chosen.files() {
                read(&files, send);
            }
        });
        input.set_onchange(Some(change.unchecked_ref()));
        input.click();
        Some(())
    };
    let _ = (editor, ask());
}

/// Reads files and hands them to the page, in order.
fn read(files: &web_sys::FileList, send: Callback<Action>) {
    let files: Vec<web_sys::File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
    wasm_bindgen_futures::spawn_local(async move {
        let mut texts = Vec::new();
        for file in files {
            if let Ok(text) = wasm_bindgen_futures::JsFuture::from(file.text()).await {
                texts.push((file.name(), text.as_string().unwrap_or_default()));
            }
        }
        send.emit(Action::Dropped(texts));
    });
}

type Listener = Closure<dyn FnMut(web_sys::Event)>;

/// Keys and drops anywhere on the page.
struct Keys(Vec<(&'static str, Listener)>);

impl Keys {
    fn listen(send: &Callback<Action>) -> Self {
        let mut list: Vec<(&'static str, Listener)> = Vec::new();
        let keys = send.clone();
        list.push((
            "keydown",
            Closure::new(move |event: web_sys::Event| {
                if let Ok(event) = event.dyn_into::<web_sys::KeyboardEvent>() {
                    key_down(&event, &keys);
                }
            }),
        ));
        list.push(("dragover", Closure::new(|event: web_sys::Event| event.prevent_default())));
        let drops = send.clone();
        list.push((
            "drop",
            Closure::new(move |event: web_sys::Event| {
                let Ok(event) = event.dyn_into::<web_sys::DragEvent>() else { return };
                if let Some(files) =
                    event.data_transfer().and_then(|data| data.files()).filter(|files| files.length() > 0)
                {
                    event.prevent_default();
                    read(&files, drops.clone());
                }
            }),
        ));
        for name in ["pointerdown", "pointermove", "pointerup", "dblclick"] {
            list.push((
                name,
                Closure::new(move |event: web_sys::Event| {
                    if let Ok(event) = event.dyn_into::<web_sys::MouseEvent>() {
                        let _ = browser::split(name, &event);
                    }
                }),
            ));
        }
        if let Some(document) = browser::document() {
            for (name, listener) in &list {
                // In the capture phase: the editors must not see what the page takes for itself.
                let _ = document.add_event_listener_with_callback_and_bool(
                    name,
                    listener.as_ref().unchecked_ref(),
                    true,
                );
            }
        }
        Self(list)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(document) = browser::document() {
            for (name, listener) in &self.0 {
                let _ = document.remove_event_listener_with_callback_and_bool(
                    name,
                    listener.as_ref().unchecked_ref(),
                    true,
                );
            }
        }
    }
}

fn key_down(event: &web_sys::KeyboardEvent, send: &Callback<Action>) {
    let command = event.ctrl_key() || event.meta_key();
    let (shift, alt) = (event.shift_key(), event.alt_key());
    let key = event.key();
    let name = if alt {
        // With Alt some systems write another character; the key itself counts.
        event.code().trim_start_matches("Digit").trim_start_matches("Key").to_lowercase()
    } else if key.chars().count() == 1 {
        key.to_lowercase()
    } else {
        key.clone()
    };
    let float = browser::query(".float");
    let palette = browser::query(".palette").is_some();
    let ours = match (name.as_str(), command, alt) {
        ("k" | "s" | "Enter", true, false)
        | ("F8", false, false)
        | ("1" | "2" | "3" | "4" | "z", false, true) => true,
        ("Escape", false, false) => float.is_some(),
        ("ArrowDown" | "ArrowUp" | "Enter", false, false) => {
            palette && browser::active().is_some_and(|active| active.tag_name() == "INPUT")
        }
        _ => false,
    };
    if ours {
        event.prevent_default();
        event.stop_propagation();
        send.emit(Action::Key(name, command, shift, alt));
        return;
    }
    if command || alt {
        return;
    }
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return;
    };
    if name == "Tab" {
        if let Some(dialog) = float.filter(|float| float.contains(Some(&target)))
            && browser::trap(&dialog, shift).is_some()
        {
            event.prevent_default();
        }
    } else if target.has_attribute("data-split") {
        if browser::split_by_key(&name, &target).is_some() {
            event.prevent_default();
        }
    } else if matches!(target.get_attribute("role").as_deref(), Some("tab" | "radio"))
        && browser::rove(&name, &target).is_some()
        || browser::walk(&name, &target).is_some()
    {
        event.prevent_default();
    }
}
