//! Benchmarks of Leadkeep and the bare server they are measured against.
