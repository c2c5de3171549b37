//! Writes every page, with data as people bring it, into a folder:
//! `cargo run -p leadkeep-console --example gallery -- FOLDER`.

#[path = "../tests/samples/mod.rs"]
mod samples;

use std::{env, fs, io, path::Path};

use leadkeep_console::Assets;

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).ok_or_else(|| io::Error::other("name the folder to write into"))?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    for asset in Assets::new().all() {
        fs::write(folder.join(in_folder(&asset.path)), asset.bytes)?;
    }
    for (name, page) in samples::all() {
        fs::write(folder.join(format!("{name}.html")), in_folder(&page.into_string()))?;
    }
    Ok(())
}

/// The assets lie beside the pages.
fn in_folder(text: &str) -> String {
    text.replace("/console/assets/", "")
}
