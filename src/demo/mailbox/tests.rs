use lettre::transport::smtp::{Error, response::Response};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

const PATIENCE: Duration = Duration::from_secs(5);

async fn mailbox() -> Mailbox {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Mailbox::start(listener).unwrap()
}

/// Sends one message as the daemon does: a new connection, no TLS on loopback.
async fn send(mailbox: &Mailbox, id: &str, body: &str) -> Result<Response, Error> {
    let message = Message::builder()
        .from("vermerk@example.org".parse().unwrap())
        .to("reader@example.net".parse().unwrap())
        .message_id(Some(id.to_owned()))
        .subject("Kenia: unterzeichnet – laut Seite")
        .body(body.to_owned())
        .unwrap();
    let address = mailbox.address();
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
        .port(address.port())
        .build()
        .send(message)
        .await
}

/// Says all of `input` at once and hangs up; the answers.
async fn talk(mailbox: &Mailbox, input: &str) -> Vec<String> {
    let mut stream = TcpStream::connect(mailbox.address()).await.unwrap();
    stream.write_all(input.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    answers.lines().map(str::to_owned).collect()
}

fn codes(answers: &[String]) -> Vec<&str> {
    answers.iter().map(|line| &line[..3]).collect()
}

#[tokio::test]
async fn a_message_arrives_as_it_was_sent() {
    let mailbox = mailbox().await;
    let body = ".\r\n..\r\n.dot first\r\nQUIT\r\n";
    send(&mailbox, "<one@vermerk.example>", body).await.unwrap();
    let received = mailbox.wait_for(1, PATIENCE).await;
    let [message] = received.as_slice() else {
        panic!("{received:?}")
    };
    assert_eq!(message.from, "vermerk@example.org");
    assert_eq!(message.to, ["reader@example.net"]);
    assert_eq!(message.message_id.as_deref(), Some("<one@vermerk.example>"));
    let (_, arrived) = message.data.split_once("\r\n\r\n").unwrap();
    assert_eq!(arrived.trim_end(), body.trim_end());
}

#[tokio::test]
async fn pipelined_commands_are_answered_in_order() {
    let mailbox = mailbox().await;
    let answers = talk(
        &mailbox,
        "EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n\
         Message-Id:\r\n <two@b>\r\n\r\n..a\r\n...\r\nb\nc\r\n.\r\n\
         MAIL FROM:<>\r\nRSET\r\nNOOP\r\nQUIT\r\nNOOP\r\n",
    )
    .await;
    assert_eq!(
        codes(&answers),
        [
            "220", "250", "250", "250", "250", "250", "250", "250", "250", "354", "250", "250",
            "250", "250", "221"
        ]
    );
    let received = mailbox.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].to, ["c@d", "e@f"]);
    assert_eq!(received[0].message_id.as_deref(), Some("<two@b>"));
    assert!(received[0].data.ends_with("\r\n\r\n.a\r\n..\r\nb\nc\r\n"));
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let check = async |input: &str, expected: &[&str]| {
        let answers = talk(&mailbox().await, input).await;
        assert_eq!(codes(&answers), expected, "{input}");
    };
    check("MAIL FROM:<a@b>\r\n", &["220", "503"]).await;
    check("HELO x\r\nRCPT TO:<a@b>\r\n", &["220", "250", "503"]).await;
    check("HELO x\r\nDATA\r\n", &["220", "250", "503"]).await;
    let twice = "HELO x\r\nMAIL FROM:<a@b>\r\nDATA\r\nMAIL FROM:<a@b>\r\n";
    check(twice, &["220", "250", "250", "503", "503"]).await;
    let large = "HELO x\r\nMAIL FROM:<a@b> SIZE=99999999\r\n";
    check(large, &["220", "250", "552"]).await;
    let long = format!("NOOP {}\r\nNOOP\r\n", "x".repeat(600));
    check(&long, &["220", "500", "250"]).await;
}

#[tokio::test]
async fn a_message_with_an_endless_line_or_without_its_end_is_not_kept() {
    let mailbox = mailbox().await;
    let envelope = "HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n";
    let long = format!("{envelope}{}\r\n.\r\nNOOP\r\n", "x".repeat(2_000));
    let answers = talk(&mailbox, &long).await;
    assert_eq!(codes(&answers)[4..], ["354", "500", "250"]);
    let answers = talk(&mailbox, &format!("{envelope}half a message\r\n")).await;
    assert_eq!(codes(&answers)[4..], ["354"]);
    // The smuggling spelling of the end is text, not an end.
    let answers = talk(&mailbox, &format!("{envelope}a\n.\nQUIT\r\n")).await;
    assert_eq!(codes(&answers)[4..], ["354"]);
    assert_eq!(mailbox.received(), []);
}

#[tokio::test]
async fn a_fault_happens_once_and_the_next_try_arrives() {
    let answer = |at, code| Fault::Answer {
        at,
        reply: Reply::new(code, "4.0.0 as ordered"),
    };
    let stages = [Stage::Mail, Stage::Recipient, Stage::Data, Stage::Message];
    for at in stages {
        for (code, lasting) in [(451, false), (550, true)] {
            let mailbox = mailbox().await;
            mailbox.fail(answer(at, code));
            let why = send(&mailbox, "<a@b>", "text").await.unwrap_err();
            assert_eq!(why.is_permanent(), lasting, "{at:?} {code}");
            assert_eq!(why.is_transient(), !lasting, "{at:?} {code}");
            assert_eq!(mailbox.received(), [], "{at:?} {code}");
            send(&mailbox, "<a@b>", "text").await.unwrap();
            assert_eq!(mailbox.received().len(), 1, "{at:?} {code}");
        }
    }
    let mailbox = mailbox().await;
    mailbox.fail(Fault::busy());
    assert!(
        send(&mailbox, "<a@b>", "text")
            .await
            .unwrap_err()
            .is_transient()
    );
    send(&mailbox, "<a@b>", "text").await.unwrap();
}

#[tokio::test]
async fn a_dropped_message_is_lost_and_a_lost_reply_is_not() {
    let mailbox = mailbox().await;
    mailbox.fail(Fault::Drop { at: Stage::Message });
    send(&mailbox, "<a@b>", "text").await.unwrap_err();
    assert_eq!(mailbox.received(), []);
    mailbox.fail(Fault::LoseReply);
    let why = send(&mailbox, "<a@b>", "text").await.unwrap_err();
    assert!(!why.is_permanent());
    let received = mailbox.wait_for(1, PATIENCE).await;
    assert_eq!(received[0].message_id.as_deref(), Some("<a@b>"));
}

#[tokio::test]
async fn silence_lasts_until_the_client_gives_up() {
    for at in [Stage::Greeting, Stage::Mail, Stage::Message] {
        let mailbox = mailbox().await;
        mailbox.fail(Fault::Silence { at });
        // The time-out of lettre's asynchronous transport covers connecting only, so the client's
        // patience stands here.
        let sending = send(&mailbox, "<a@b>", "text");
        let sent = tokio::time::timeout(Duration::from_millis(100), sending).await;
        assert!(sent.is_err(), "{at:?}");
        assert_eq!(mailbox.received(), []);
        send(&mailbox, "<a@b>", "text").await.unwrap();
    }
}

#[tokio::test]
async fn one_refused_recipient_does_not_touch_the_other() {
    let mailbox = mailbox().await;
    mailbox.fail(Fault::Recipient {
        address: "gone@d".to_owned(),
        reply: Reply::new(550, "5.1.1 no such mailbox"),
    });
    let answers = talk(
        &mailbox,
        "HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<here@d>\r\nRCPT TO:<gone@d>\r\nDATA\r\nhi\r\n.\r\n",
    )
    .await;
    assert_eq!(
        codes(&answers),
        ["220", "250", "250", "250", "550", "354", "250"]
    );
    assert_eq!(mailbox.received()[0].to, ["here@d"]);
}

#[tokio::test]
async fn a_message_is_also_a_file_and_an_unwritable_folder_refuses_it() {
    let folder = tempfile::tempdir().unwrap();
    let listen = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mailbox = Mailbox::start_in(listen().await, folder.path()).unwrap();
    send(&mailbox, "<a@b>", "text").await.unwrap();
    let file = std::fs::read_to_string(folder.path().join("0001.eml")).unwrap();
    let envelope = "Return-Path: <vermerk@example.org>\r\nDelivered-To: reader@example.net\r\n";
    assert_eq!(
        file.strip_prefix(envelope),
        Some(&*mailbox.received()[0].data)
    );
    let nowhere = Mailbox::start_in(listen().await, &folder.path().join("missing")).unwrap();
    assert!(
        send(&nowhere, "<a@b>", "text")
            .await
            .unwrap_err()
            .is_transient()
    );
    assert_eq!(nowhere.received(), []);
}

#[tokio::test]
async fn waiting_ends_with_what_has_come() {
    let mailbox = mailbox().await;
    assert_eq!(mailbox.wait_for(1, Duration::from_millis(1)).await, []);
}

#[tokio::test]
async fn a_stopped_mailbox_frees_its_port() {
    let mailbox = mailbox().await;
    let address = mailbox.address();
    mailbox.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}
