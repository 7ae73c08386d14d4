//! The grammar as a whole: every cue in every frame, noise that says nothing, and the codebook.

mod codebook;
mod cues;
mod frames;
mod noise;
mod pairs;
mod phenomena;
mod words;
