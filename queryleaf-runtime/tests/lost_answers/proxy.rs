//! Stands between the driver and the server, and cuts the connection around commands of a name.

use std::collections::VecDeque;
use std::io::{Read, Result, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What happens to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The server carries it out, and the answer is lost.
    Answer,
    /// The server never sees it.
    Command,
    /// Nothing.
    Nothing,
}

/// What happens to the next commands of a name.
type Plan = Arc<Mutex<(&'static str, VecDeque<Cut>)>>;

#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    plan: Plan,
}

impl Proxy {
    /// Listens for connections to the server at this address.
    pub(crate) fn start(server: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let plan = Plan::default();
        let proxy = Proxy {
            address,
            plan: Arc::clone(&plan),
        };
        thread::spawn(move || {
            for client in listener.incoming() {
                let server = TcpStream::connect(server).unwrap();
                connect(client.unwrap(), server, &plan);
            }
        });
        proxy
    }

    /// Does this to the next commands of this name.
    pub(crate) fn cut(&self, command: &'static str, cuts: &[Cut]) {
        *self.plan.lock().unwrap() = (command, cuts.iter().copied().collect());
    }
}

fn connect(client: TcpStream, server: TcpStream, plan: &Plan) {
    let lose = Arc::new(AtomicBool::new(false));
    let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (plan, lost) = (Arc::clone(plan), Arc::clone(&lose));
    thread::spawn(move || {
        pump(from, to, |message| match cut_of(message, &plan) {
            Cut::Nothing => true,
            Cut::Command => false,
            Cut::Answer => {
                lost.store(true, Ordering::SeqCst);
                true
            }
        })
    });
    thread::spawn(move || pump(server, client, |_| !lose.load(Ordering::SeqCst)));
}

/// Passes messages on, and ends the connection at the first that shall not pass.
fn pump(mut from: TcpStream, mut to: TcpStream, passes: impl Fn(&[u8]) -> bool) {
    while let Ok(message) = message(&mut from) {
        if !passes(&message) || to.write_all(&message).is_err() {
            break;
        }
    }
    // They may be closed already.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// A message of the wire protocol: it begins with its length.
fn message(from: &mut TcpStream) -> Result<Vec<u8>> {
    let mut message = vec![0; 4];
    from.read_exact(&mut message)?;
    let length = u32::from_le_bytes(message[..4].try_into().unwrap()) as usize;
    message.resize(length, 0);
    from.read_exact(&mut message[4..])?;
    Ok(message)
}

/// What is planned for a command: its name is that of the first field of the document, which stands
/// behind the header, the flags, the kind of section and the length.
fn cut_of(message: &[u8], plan: &Plan) -> Cut {
    let (name, cuts) = &mut *plan.lock().unwrap();
    let first = message.get(16 + 4 + 1 + 4 + 1..).unwrap_or_default();
    let is_it = first
        .strip_prefix(name.as_bytes())
        .is_some_and(|rest| rest.first() == Some(&0));
    match is_it {
        true => cuts.pop_front().unwrap_or(Cut::Nothing),
        false => Cut::Nothing,
    }
}
