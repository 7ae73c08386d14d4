//! The postman against a mail server of this machine that answers as it is told.

use super::*;
use crate::notify::{Login, email, example, render};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// What the scripted server answers to commands that begin so; silence where it says nothing.
type Script = &'static [(&'static str, &'static str)];

const GOOD: Script = &[
    ("EHLO", "250 here"),
    ("MAIL", "250 ok"),
    ("RCPT", "250 ok"),
    ("DATA", "354 go on"),
    (".", "250 taken"),
    ("NOOP", "250 ok"),
    ("QUIT", "221 bye"),
];

#[tokio::test]
async fn a_mail_is_handed_over_in_one_conversation() {
    let (sent, heard) = talk(&[], Tls::None, None).await;
    assert_eq!(sent, Ok(()));
    assert!(heard.contains("MAIL FROM:<vermerk@example.org>"), "{heard}");
    assert!(heard.contains("RCPT TO:<leserin@example.org>"), "{heard}");
    assert!(
        heard.contains("Subject: [WORDING] Kenya (Kenia): teaser changed"),
        "{heard}"
    );
    assert!(heard.ends_with("QUIT\n"), "{heard}");
}

#[tokio::test]
async fn every_refusal_is_somebodys_problem() {
    for (at, answer, expected) in [
        ("RCPT", "550 5.1.1 no such user", "final"),
        ("RCPT", "550 no such user", "final"),
        ("RCPT", "450 4.2.0 greylisted", "later"),
        ("RCPT", "550 5.7.1 relaying denied", "later"),
        ("MAIL", "550 5.1.8 bad sender domain", "later"),
        ("MAIL", "530 5.7.0 log in first", "later"),
        ("DATA", "554 no", "later"),
        (".", "554 5.7.1 looks like spam", "later"),
        (".", "554 5.6.0 cannot be converted", "final"),
        (".", "552 5.3.4 too big", "final"),
        (".", "452 4.3.1 disk full", "later"),
        ("EHLO", "554 5.3.2 closed", "later"),
        (".", "421 4.3.2 shutting down", "later"),
        ("RCPT", "nonsense", "later"),
        ("DATA", "HANG UP", "later"),
        (".", "HANG UP", "later"),
    ] {
        let script: Script = Vec::leak(vec![(at, answer)]);
        let (sent, _) = talk(script, Tls::None, None).await;
        let said = match &sent {
            Ok(()) => "sent",
            Err(SendError::Temporary(_)) => "later",
            Err(SendError::Permanent(_)) => "final",
        };
        assert_eq!(said, expected, "{at} {answer}: {sent:?}");
    }
}

#[tokio::test]
async fn a_refusal_that_quotes_the_recipient_is_kept_without_it() {
    let script: Script = &[("RCPT", "550 5.1.1 <leserin@example.org>: unknown")];
    let why = talk(script, Tls::None, None).await.0.expect_err("refused");
    let why = why.to_string();
    assert!(why.starts_with("127.0.0.1:"), "{why}");
    assert!(why.contains("<(recipient)>: unknown"), "{why}");
    assert!(!why.contains("leserin"), "{why}");
}

#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let (sent, heard) = talk(&[], Tls::Required, None).await;
    let why = sent.expect_err("refused").to_string();
    assert!(why.contains("does not offer STARTTLS"), "{why}");
    assert!(
        !heard.contains("MAIL") && !heard.contains("AUTH"),
        "{heard}"
    );
}

#[tokio::test]
async fn a_silent_server_costs_a_bounded_time() {
    for at in ["EHLO", "RCPT", "."] {
        let script: Script = Vec::leak(vec![(at, "")]);
        let hasty = |port| {
            let mut postman = postman(port, Tls::None, None);
            postman.patience = always(Duration::from_millis(300));
            postman
        };
        let (sent, _) = talk_as(script, hasty).await;
        let why = sent.expect_err("no answer").to_string();
        assert!(why.contains("no answer within"), "{at}: {why}");
    }
}

#[tokio::test]
async fn a_reply_without_end_breaks_the_connection_and_the_mail_waits() {
    // What the kernel holds on both sides counts as sent.
    const BUFFERED: usize = 16 << 20;
    for at in ["", "EHLO", "MAIL", "DATA", ".", "QUIT"] {
        let script: Script = Vec::leak(vec![(at, "FLOOD")]);
        let (sent, heard) = talk(script, Tls::None, None).await;
        let flood = heard.rsplit_once("flooded ").expect("a flood").1;
        assert!(flood.parse::<usize>().unwrap() < BUFFERED, "{at}: {flood}");
        match sent {
            Ok(()) => assert_eq!(at, "QUIT"),
            Err(SendError::Temporary(why)) => {
                assert!(why.contains("reply too long"), "{at}: {why}");
            }
            Err(SendError::Permanent(why)) => panic!("{at}: {why}"),
        }
    }
}

#[tokio::test]
async fn a_reply_without_end_before_tls_breaks_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = tokio::spawn(serve(listener, &[("", "FLOOD")]));
    let why = postman(port, Tls::Implicit, None).test().await;
    let why = why.expect_err("no TLS there").to_string();
    assert!(why.contains("when connecting"), "{why}");
    assert!(server.await.expect("its end").contains("flooded "));
}

/// RFC 3207, section 5: whoever stands between must not answer for what is said behind TLS.
#[tokio::test]
async fn what_is_answered_before_tls_is_not_believed_behind_it() {
    const MORE: &str = "250 ok\r\n250 ok\r\n354 go on\r\n250 taken";
    let offer = "250-here\r\n250 STARTTLS";
    for (hello, closing) in [
        (offer.to_owned(), format!("220 go on\r\n{MORE}")),
        (format!("{offer}\r\n220 go on\r\n{MORE}"), String::new()),
    ] {
        let script: Script = Vec::leak(vec![
            ("EHLO", &*hello.leak()),
            ("STARTTLS", &*closing.leak()),
        ]);
        let why = talk(script, Tls::Required, None).await.0;
        let why = why.expect_err("not sent").to_string();
        assert!(why.contains("answers before TLS"), "{why}");
    }
}

#[tokio::test]
async fn nobody_there_says_what_to_check() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let why = postman(port, Tls::None, None)
        .test()
        .await
        .expect_err("nobody");
    assert!(why.to_string().contains("check host and port"), "{why}");
}

#[test]
fn a_password_never_goes_in_the_clear() {
    let login = Some(Login {
        user: "u".into(),
        password: "geheim".into(),
    });
    let smtp = Smtp {
        host: "127.0.0.1".into(),
        port: 25,
        tls: Tls::None,
        login,
    };
    assert!(Postman::new(smtp).is_err());
}

fn postman(port: u16, tls: Tls, login: Option<Login>) -> Postman {
    let host = "127.0.0.1".to_owned();
    let mut postman = Postman::new(Smtp {
        host,
        port,
        tls,
        login,
    })
    .expect("settings");
    // A machine with much to do answers late; where silence is what is tested, nothing comes at all.
    postman.patience = always(Duration::from_secs(20));
    postman
}

fn always(wait: Duration) -> Patience {
    Patience {
        command: wait,
        content: wait,
        goodbye: wait,
    }
}

/// Sends one mail to a server that follows the script, and gives back all it heard.
async fn talk(script: Script, tls: Tls, login: Option<Login>) -> (Result<(), SendError>, String) {
    talk_as(script, |port| postman(port, tls, login)).await
}

async fn talk_as(
    script: Script,
    postman: impl FnOnce(u16) -> Postman,
) -> (Result<(), SendError>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = tokio::spawn(serve(listener, script));
    let delivery = example::mail(example::news(vec![example::reworded()]), "en");
    let settings = example::settings();
    let mail = render(&delivery, &settings).expect("a mailbox");
    let message = email::compose(&mail, &settings).expect("a mail");
    let postman = postman(port);
    let sent = postman.send(&message).await;
    postman.rest().await;
    (sent, server.await.expect("the server's end"))
}

async fn serve(listener: TcpListener, script: Script) -> String {
    let (stream, _) = listener.accept().await.expect("a caller");
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut heard = String::new();
    let mut in_content = false;
    if script.iter().any(|(begin, _)| begin.is_empty()) {
        return flood(&mut write).await;
    }
    write.write_all(b"220 here\r\n").await.expect("greeted");
    while let Ok(Some(line)) = lines.next_line().await {
        heard.push_str(&line);
        heard.push('\n');
        if in_content && line != "." {
            continue;
        }
        let answer = script
            .iter()
            .chain(GOOD)
            .find(|(begin, _)| !begin.is_empty() && line.starts_with(begin))
            .map_or("500 what?", |(_, answer)| answer);
        in_content = answer.starts_with("354");
        if answer == "HANG UP" {
            break;
        }
        if answer == "FLOOD" {
            heard += &flood(&mut write).await;
            break;
        }
        if !answer.is_empty() {
            let _ = write.write_all(format!("{answer}\r\n").as_bytes()).await;
        }
    }
    heard
}

/// A line that does not end, until nobody takes more of it; says how many bytes went out.
async fn flood(write: &mut (impl AsyncWriteExt + Unpin)) -> String {
    let piece = vec![b'a'; 64 * 1024];
    let mut sent = 0;
    while write.write_all(&piece).await.is_ok() {
        sent += piece.len();
    }
    format!("flooded {sent}")
}
