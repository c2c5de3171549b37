//! The resources that operations are grouped by.

/// What operations are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Leads,
    SmartUpdates,
    Conversations,
    Runs,
    Me,
    Tokens,
    Health,
}

impl Tag {
    pub(super) const ALL: [Self; 7] = [
        Self::Leads,
        Self::SmartUpdates,
        Self::Conversations,
        Self::Runs,
        Self::Me,
        Self::Tokens,
        Self::Health,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Leads => "Leads",
            Self::SmartUpdates => "Smart updates",
            Self::Conversations => "Conversations",
            Self::Runs => "Workflow runs",
            Self::Me => "Me",
            Self::Tokens => "Access tokens",
            Self::Health => "Health",
        }
    }

    pub(super) const fn says(self) -> &'static str {
        match self {
            Self::Leads => {
                "People who may buy, with what is known of them and of the deal. Nothing is ever deleted: \
                 a lead is archived, and every change is kept in its history."
            }
            Self::SmartUpdates => {
                "Send what somebody wrote or said; the lead is updated from it, each change with the words \
                 that it rests on. Every update can be taken back."
            }
            Self::Conversations => {
                "Messages exchanged with somebody who is a lead, or may become one. They are kept here, \
                 not sent from here."
            }
            Self::Runs => {
                "What takes longer than a request: imports, exports and smart updates of many leads. A \
                 POST starts a run and answers at once; ask for the run until it is finished."
            }
            Self::Me => "Who calls, what is left of the limits, and the end of a credential.",
            Self::Tokens => {
                "OAuth clients exchange their id and secret for an access token that lives an hour."
            }
            Self::Health => "For load balancers and monitors.",
        }
    }
}
