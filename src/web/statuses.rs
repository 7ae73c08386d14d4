//! The cells of the matrix as every page and export of the site reads them: with what twin pages contradict.

use super::Site;
use crate::interpret::{self, Lexicon, Others};
use crate::model::{Country, PageBrief, Status};
use crate::store::StoreError;

/// Those of one partner, or of all.
pub async fn statuses(
    site: &Site,
    partner: Option<Country>,
    briefs: &[PageBrief],
) -> Result<Vec<Status>, StoreError> {
    let statuses = match partner {
        Some(partner) => site.store.statuses_of(partner).await?,
        None => site.store.statuses(None).await?,
    };
    let others = Others {
        statuses: &statuses,
        briefs,
    };
    Ok(interpret::with_twins(Lexicon::bundled(), others))
}
