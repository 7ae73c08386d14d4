//! A site over a played history: the replica's first steps, and a client that keeps nothing to itself.

use std::sync::Arc;

use jiff::SignedDuration;
use reqwest::{Client, Method, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use vermerk::model::Key;
use vermerk::web::{self, About, Limits, Site, Sources, Subscribing};

use crate::world::World;

/// What seals the links of this site.
pub fn key() -> Key {
    Key::new([7; 32])
}

/// A running site; it ends with its sender.
pub struct Open {
    pub base: String,
    pub world: World,
    client: Client,
    _stop: watch::Sender<bool>,
}

impl Open {
    /// Serves what a world has recorded, under a public address that is not the one it listens on.
    pub async fn over(world: World) -> Self {
        Self::behind(world, &["127.0.0.0/8"], Limits::default()).await
    }

    /// The same behind proxies of one's own choice, within limits of one's own choice.
    pub async fn behind(world: World, proxies: &[&str], limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let site = Site {
            store: world.road.store.clone(),
            archive: world.road.archive.clone(),
            about: Arc::new(About {
                base: "https://vermerk.example.org/".parse().unwrap(),
                operator: "test".to_owned(),
                contact: "mailto:operator@localhost".to_owned(),
            }),
            sources: Arc::new(Sources::of(
                std::slice::from_ref(&world.watched),
                SignedDuration::from_millis(1500),
                (world.road.clock)(),
            )),
            clock: Arc::clone(&world.road.clock),
            proxies: proxies.iter().map(|one| one.parse().unwrap()).collect(),
            subscribing: Some(Arc::new(Subscribing {
                key: key(),
                mail_domain: "example.org".to_owned(),
            })),
            news: Arc::clone(&world.road.news),
        };
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(web::serve(listener, site, limits, stopped));
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            base,
            world,
            client,
            _stop: stop,
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path, &[]).await
    }

    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    /// Posts a form, from a network of its own where one is named.
    pub async fn post(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> Response {
        let url = format!("{}{path}", self.base);
        let mut request = self.client.post(url).body(form.to_owned());
        request = request.header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    pub async fn text(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }
}
