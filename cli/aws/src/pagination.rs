//! Pagination: reads a list to its last page. The caller gives the call and the type of the items.

use crate::error::{AwsError, Cause};
use std::collections::HashSet;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Token of the next page; none, or empty with some services, on the last.
    pub next: Option<String>,
}

/// The items of every page. `what` completes "cannot …".
///
/// A repeated token is an error: the list would never end.
pub async fn all<T, P>(
    what: &str,
    mut page: impl FnMut(Option<String>) -> P,
) -> Result<Vec<T>, AwsError>
where
    P: Future<Output = Result<Page<T>, AwsError>>,
{
    let (mut items, mut seen, mut token) = (Vec::new(), HashSet::new(), None);
    loop {
        let Page { items: more, next } = page(token).await?;
        items.extend(more);
        token = next.filter(|token| !token.is_empty());
        match &token {
            None => return Ok(items),
            Some(token) if seen.insert(token.clone()) => {}
            Some(_) => {
                return Err(AwsError {
                    what: what.to_owned(),
                    cause: Cause::Other("AWS gave the same page token twice".to_owned()),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads pages that have these tokens behind them, each with its own token on it.
    async fn read(tokens: &[&str]) -> Result<Vec<String>, AwsError> {
        let mut tokens = tokens.iter();
        all("read the list", |token| {
            let next = tokens.next().map(|token| (*token).to_owned());
            async { Ok(Page { items: vec![token.unwrap_or_default()], next }) }
        })
        .await
    }

    #[tokio::test]
    async fn every_page_is_read_up_to_the_one_without_a_token_or_with_an_empty_one() {
        assert_eq!(read(&[]).await.unwrap(), [""]);
        assert_eq!(read(&["a", "b"]).await.unwrap(), ["", "a", "b"]);
        assert_eq!(read(&["a", "", "b"]).await.unwrap(), ["", "a"]);
    }

    #[tokio::test]
    async fn a_page_token_that_repeats_is_an_error_and_not_a_loop() {
        for tokens in [["a", "a", "a"], ["a", "b", "a"]] {
            let error = read(&tokens).await.unwrap_err().to_string();
            assert_eq!(error, "cannot read the list: AWS gave the same page token twice");
        }
    }
}
