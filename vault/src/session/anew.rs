//! What this device has, as a vault of a new account that is at no relay (`protocol/PROTOCOL.md` §10, Found anew).

use crypto::{KdfMemory, Passphrase};
use rand_core::CryptoRngCore;

use super::act::ATTEMPTS;
use super::create::Made;
use super::deadline::Deadline;
use super::local::settings_cell;
use super::pack::Packs;
use super::passphrase::reserve;
use super::{Error, Session};
use crate::kit::Kit;
use crate::model::Timestamp;
use crate::port::{Batch, Committed, Generation, Store};
use crate::unlocked::Overviews;

impl<S: Store> Session<S> {
    /// Founds the vault anew out of a quarantine: every act made again in a vault of a new account, with this passphrase, which
    /// is compared with the vault's, in form NFKC; derives three keys. All is stored in the place of what was, at once. The kit
    /// before opens nothing of it, nor do passkeys.
    ///
    /// # Errors
    /// There is no quarantine, it is not the passphrase, or the store cannot: then everything is as it was.
    pub async fn found_anew(
        &mut self,
        passphrase: &Passphrase,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<Kit, Error> {
        let kdf = self.check_passphrase(passphrase).await?;
        let mut memory = reserve(kdf)?;
        for _ in 0..ATTEMPTS {
            if !self.is_apart() {
                return Err(Error::Gone);
            }
            let (mut made, recovery) = Made::new(passphrase, &mut memory, rng, now)?;
            let kit = Kit::new(&made.keys.chain, kdf, &recovery, None);
            self.make_all_in(&mut made, rng).await?;
            if self.settle_in(made, passphrase, &mut memory, rng).await? {
                return Ok(kit);
            }
            self.reload().await?;
        }
        Err(Error::Contended)
    }

    /// Makes every act of this vault again in another.
    async fn make_all_in(&mut self, made: &mut Made, rng: &mut impl CryptoRngCore) -> Result<(), Error> {
        let mut rebase = self.rebase_of(1).await?.of_contents();
        let mut packs = Packs::new(made.vault.next_pack);
        self.change_places(made);
        let replayed = self.replay(&mut rebase, &mut Overviews::new(), &mut packs, rng);
        self.change_places(made);
        replayed?;
        let (packs, next_pack) = packs.finish();
        made.packs.extend(packs);
        made.vault.next_pack = next_pack;
        Ok(())
    }

    /// Stores a new vault in the place of this one, which it is from then on; `false` if another session was faster.
    async fn settle_in(
        &mut self,
        mut made: Made,
        passphrase: &Passphrase,
        memory: &mut KdfMemory,
        rng: &mut impl CryptoRngCore,
    ) -> Result<bool, Error> {
        let generation = Generation(self.generation.0 + 1);
        let new = made.batch(generation, passphrase, memory, rng)?;
        let mut batch = Batch { base: self.generation, anew: true, ..new };
        let key = &made.keys.account;
        batch.cells.push(settings_cell(key, generation.0, &self.settings, rng)?);
        let journal = self.journal.seal_all(key, generation.0, rng)?;
        batch.cells.extend(journal.into_iter().map(|(id, page)| (id, Some(page))));
        if self.store.commit(batch).await? != Committed::Stored(generation) {
            return Ok(false);
        }
        self.change_places(&mut made);
        (self.generation, self.tail, self.is_ahead) = (generation, 0, false);
        (self.lock, self.deadline) = (None, Deadline::default());
        self.reloads += 1;
        Ok(true)
    }

    const fn change_places(&mut self, made: &mut Made) {
        std::mem::swap(&mut self.keys, &mut made.keys);
        std::mem::swap(&mut self.account, &mut made.account);
        std::mem::swap(&mut self.vault, &mut made.vault);
        std::mem::swap(&mut self.connection, &mut made.connection);
    }
}
