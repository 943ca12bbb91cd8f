//! Pieces without a will of their own: props in, callbacks out.

mod icon;
mod controls;

pub(crate) use self::{
    controls::{code, icon_button, link, term},
    icon::{icon, mark, mark_solid},
};
