use leadkeep_credentials::{Password, RandomUnavailable};
use leadkeep_domain::{Email, Member, Name, User, UserId};
use leadkeep_storage::{AcceptOutcome, AuditEntry, FoundInvitation, Joining, Origin, StorageError};
use serde_json::json;

use super::{Browser, LinkState, People, Session, SignedIn, TooManyAttempts, oneself};
use crate::gatekeeper::tick;

/// Who accepts an invitation.
pub enum Joiner<'a> {
    /// Somebody who is signed in.
    SignedIn(&'a Session),
    /// Somebody who is to be signed in, with what they typed.
    New {
        /// The e-mail; where there is none, the one that the invitation names.
        email: Option<&'a str>,
        /// What to call the person.
        name: &'a str,
        /// The password that they choose.
        password: String,
    },
}

/// Somebody who joined.
#[derive(Debug)]
pub struct Joined {
    /// As what, and where.
    pub member: Member,
    /// Of somebody who was not signed in: their session. None also if the database could not begin one; then they sign in.
    pub signed_in: Option<SignedIn>,
}

/// What is wrong with one field of a form. Never says what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `email`, `name` or `password`.
    pub field: &'static str,
    /// Worded to stand behind the field's name: "must be …".
    pub reason: String,
}

/// Why somebody did not join. Nothing was done then.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The link is not good, or not any more.
    #[error("this link is not good any more; ask for a new one")]
    Ended,
    /// What is wrong with what was typed: all of it.
    #[error("{}", told(.0))]
    Invalid(Vec<Fault>),
    /// The user is a member already. The link stays good.
    #[error("you are a member of this workspace already")]
    AlreadyMember,
    /// A user has this e-mail.
    #[error(
        "there is an account with this e-mail: sign in first, and open the link again. If it has no password yet, ask whoever runs this server for a link to choose one"
    )]
    EmailTaken,
    /// The invitation names another e-mail.
    #[error("this invitation is for another e-mail address")]
    WrongUser,
    /// Too many attempts came before.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

/// What somebody typed who is to be a user, when nothing is wrong with it.
struct Typed {
    email: Email,
    name: Name,
    password: Password,
}

impl People {
    /// Makes somebody a member, as the link says, and signs them in unless they are.
    pub async fn accept(
        &self,
        link: &str,
        joiner: Joiner<'_>,
        browser: Browser<'_>,
        origin: &Origin,
    ) -> Result<Joined, JoinError> {
        let hash = self.link_hash(link).ok_or(JoinError::Ended)?;
        let LinkState::Open(found) = self.invitation(link).await? else { return Err(JoinError::Ended) };
        let audit = |user: &User| AuditEntry {
            actor: oneself(user),
            action: "invitation.accept",
            organization: None,
            detail: json!({}),
            origin: Some(origin.clone()),
        };
        match joiner {
            Joiner::SignedIn(session) => {
                let joining = Joining::SignedIn(session.user.id);
                let outcome = self.invitations.accept(hash, joining, audit(&session.user)).await?;
                Ok(Joined { member: joined(outcome)?, signed_in: None })
            }
            Joiner::New { email, name, password } => {
                let Typed { email, name, password } = read(email, name, password, &found)?;
                // Before anything tells whether there is somebody with this e-mail.
                self.limit.count_link(browser.address, tick(&*self.clock))?;
                self.require_free(&email, &found).await?;
                let stored = self.passwords.hash(self.limit.known_turn().await?, password).await?;
                let user = User { id: UserId::generate(), email, name, created_at: self.clock.now() };
                let audit = audit(&user);
                let outcome =
                    self.invitations.accept(hash, Joining::New(user, stored.clone()), audit).await?;
                let member = joined(outcome)?;
                let signed_in = self.begin_first_session(member.user.clone(), stored, browser).await;
                Ok(Joined { member, signed_in })
            }
        }
    }

    /// Refuses what the database would refuse, before a password is hashed for it.
    async fn require_free(&self, email: &Email, found: &FoundInvitation) -> Result<(), JoinError> {
        if found.invitation.email.as_ref().is_some_and(|named| named.key() != email.key()) {
            return Err(JoinError::WrongUser);
        }
        let login = self.accounts.login(email.clone()).await?;
        match login.and_then(|login| login.password) {
            Some(_) => Err(JoinError::EmailTaken),
            None => Ok(()),
        }
    }
}

/// All that was typed, or all that is wrong with it.
fn read(
    email: Option<&str>,
    name: &str,
    password: String,
    found: &FoundInvitation,
) -> Result<Typed, JoinError> {
    let typed = email.map(str::trim).filter(|email| !email.is_empty());
    let email = match (typed, &found.invitation.email) {
        (Some(typed), _) => Email::parse(typed).map_err(|reason| reason.to_string()),
        (None, Some(named)) => Ok(named.clone()),
        (None, None) => Err("must be given".to_owned()),
    };
    let name = Name::parse(name.trim()).map_err(|reason| reason.to_string());
    let password = Password::choose(password).map_err(|reason| reason.to_string());
    match (email, name, password) {
        (Ok(email), Ok(name), Ok(password)) => Ok(Typed { email, name, password }),
        (email, name, password) => {
            let reasons = [("email", email.err()), ("name", name.err()), ("password", password.err())];
            let faults =
                reasons.into_iter().filter_map(|(field, reason)| Some(Fault { field, reason: reason? }));
            Err(JoinError::Invalid(faults.collect()))
        }
    }
}

fn joined(outcome: AcceptOutcome) -> Result<Member, JoinError> {
    match outcome {
        AcceptOutcome::Joined(member) => Ok(member),
        AcceptOutcome::Ended | AcceptOutcome::UnknownUser => Err(JoinError::Ended),
        AcceptOutcome::AlreadyMember => Err(JoinError::AlreadyMember),
        AcceptOutcome::EmailTaken => Err(JoinError::EmailTaken),
        AcceptOutcome::WrongUser => Err(JoinError::WrongUser),
    }
}

fn told(faults: &[Fault]) -> String {
    let lines = faults.iter().map(|Fault { field, reason }| format!("{field} {reason}"));
    lines.collect::<Vec<_>>().join("; ")
}
