//! Policies meet requests: matching, params, evaluation, decisions.
