//! What a call is made with: the header of its key, and whose its writes are.

use std::rc::Rc;

use super::Station;
use crate::engine::Principal;
use crate::error::ShardError;
use crate::key::{Authorization, header};
use crate::owner::{Owner, check_owner, digestible, scope_of_digest, scope_of_owner};
use crate::platform::LocalFuture;
use crate::protocol::{NO_DIGEST, OWNERLESS};

/// What a call is made with.
#[derive(Clone)]
pub(crate) struct Credentials {
    /// The value of `Authorization`.
    pub(crate) header: Rc<str>,
    pub(crate) principal: Principal,
    /// The part of its records' names that says whose they are; where there is a store.
    pub(crate) scope: Option<Rc<str>>,
}

impl Station {
    /// The credentials, where nobody has to be asked for them.
    pub(crate) fn credentials_at_hand(&self) -> Option<Credentials> {
        let Authorization::Fixed(header) = &self.authorization else { return None };
        let principal = self.principal_at_hand()?;
        let scope = match &self.owner {
            _ if self.journal.is_none() => None,
            Some(Owner::Fixed(owner)) => Some(scope_of_owner(owner)),
            _ => Some(self.key_scope.get()?.clone()),
        };
        Some(Credentials { header: header.clone(), principal, scope })
    }

    /// Whose a call is, where no function has to be asked for that.
    pub(crate) fn principal_at_hand(&self) -> Option<Principal> {
        let Authorization::Fixed(header) = &self.authorization else { return None };
        match &self.owner {
            Some(Owner::Fixed(owner)) => {
                Some(Principal::Named { owner: owner.as_str().into(), key: header.clone() })
            }
            Some(Owner::Asked(_)) => None,
            None => Some(Principal::Key(header.clone())),
        }
    }

    /// Asks the functions for the key and the owner, and digests a key that stands for its owner in a store. The functions are
    /// called at once, in the context of the caller.
    pub(crate) fn ask_for_credentials(self: &Rc<Self>) -> LocalFuture<Result<Credentials, ShardError>> {
        let station = self.clone();
        let key = match &self.authorization {
            Authorization::Asked(source) => Some(source()),
            Authorization::Fixed(_) => None,
        };
        let owner = match &self.owner {
            Some(Owner::Asked(source)) => Some(source()),
            Some(Owner::Fixed(_)) | None => None,
        };
        Box::pin(async move {
            let header = match (key, &station.authorization) {
                (Some(key), _) => header(&key.await?)?,
                (None, Authorization::Fixed(header)) => header.clone(),
                (None, Authorization::Asked(source)) => header(&source().await?)?,
            };
            match (owner, &station.owner) {
                (Some(owner), _) => {
                    let owner = check_owner(&owner.await?)?;
                    Ok(station.of_owner(header, owner))
                }
                (None, Some(Owner::Fixed(owner))) => Ok(station.of_owner(header, owner.as_str().into())),
                (None, _) if station.journal.is_none() => Ok(station.of_key(header, None)),
                (None, _) => {
                    let scope = station.key_scope().await?;
                    Ok(station.of_key(header, Some(scope)))
                }
            }
        })
    }

    /// The part of the records' names that says whose they are, where no function has to be asked for it.
    pub(crate) async fn scope_unasked(&self) -> Option<Rc<str>> {
        match &self.owner {
            Some(Owner::Asked(_)) => None,
            _ => self.scope().await.ok(),
        }
    }

    /// The part of the records' names that says whose they are.
    pub(crate) async fn scope(&self) -> Result<Rc<str>, ShardError> {
        match &self.owner {
            Some(Owner::Fixed(owner)) => Ok(scope_of_owner(owner)),
            Some(Owner::Asked(source)) => Ok(scope_of_owner(&check_owner(&source().await?)?)),
            None => self.key_scope().await,
        }
    }

    /// The same for a client whose owner is its key: the key's digest, made once.
    async fn key_scope(&self) -> Result<Rc<str>, ShardError> {
        if let Some(scope) = self.key_scope.get() {
            return Ok(scope.clone());
        }
        let Authorization::Fixed(header) = &self.authorization else { return Err(ownerless()) };
        let digest =
            self.platform.sha256(&digestible(header)).await.ok_or_else(|| ShardError::invalid(NO_DIGEST))?;
        Ok(self.key_scope.get_or_init(|| scope_of_digest(&digest)).clone())
    }

    fn of_owner(&self, header: Rc<str>, owner: Rc<str>) -> Credentials {
        let scope = self.journal.is_some().then(|| scope_of_owner(&owner));
        Credentials { principal: Principal::Named { owner, key: header.clone() }, header, scope }
    }

    fn of_key(&self, header: Rc<str>, scope: Option<Rc<str>>) -> Credentials {
        let principal = match &self.authorization {
            Authorization::Fixed(_) => Principal::Key(header.clone()),
            Authorization::Asked(_) => Principal::Asked(header.clone()),
        };
        Credentials { header, principal, scope }
    }
}

/// A key function and a store, and nobody says whose the writes are: the next key may be another person's.
pub(crate) fn ownerless() -> ShardError {
    ShardError::invalid(OWNERLESS)
}
