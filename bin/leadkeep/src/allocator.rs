//! Where memory comes from, and that it goes back.

use std::{thread, time::Duration};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often memory is given back.
const OFTEN: Duration = Duration::from_secs(3);

/// Gives the system back what has been free for a second. The allocator does so by itself only while it is busy: a server without calls would
/// hold for ever what its start took, or its last load. It looks whenever a thread ends.
pub(crate) async fn give_back() {
    loop {
        actix_web::rt::time::sleep(OFTEN).await;
        // Where no thread can be had, there is a next time.
        drop(thread::Builder::new().name("give-back".to_owned()).spawn(|| ()));
    }
}
