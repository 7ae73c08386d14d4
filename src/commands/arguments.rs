//! The command line as a newcomer reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use url::Url;

use super::init;

/// Watches official topic pages and tells people what changed: which entry, which words, and the proof.
///
/// Start with `vermerk demo`: it needs no internet and no setup.
#[derive(Debug, Parser)]
#[command(name = "vermerk", version, after_help = EXIT_CODES)]
pub struct Arguments {
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "The configuration file [default: $VERMERK_CONFIG, then /etc/vermerk/vermerk.toml]"
    )]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 all well · 1 something failed or is held · 2 wrong command line · 78 wrong configuration";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play three months of a topic page on this machine: site, watch, alerts; needs no internet and no setup
    Demo(Demo),
    /// Run the daemon: visit pages as they come due, deliver what they bring
    Run(Run),
    /// Look at pages once, now, and deliver what is due (for cron: this is the whole product)
    Check(Check),
    /// How each page stands and what its entries say now
    Status(Status),
    /// What happened according to the pages: signings, plans, withdrawals, newest first
    Events(Events),
    /// Read all of history with today's lexicon; what is read otherwise is kept beside the new, and nobody is mailed
    Reinterpret(Reinterpret),
    /// Every change, newest first
    History(History),
    /// What the words were at two times, with the difference marked
    Diff(Diff),
    /// The outbox: what waits, what was set aside and why
    Deliveries(Deliveries),
    /// Looks that were too implausible to publish: list them, show one, decide
    #[command(subcommand)]
    Hold(Hold),
    /// Try a page file, or find a recipe for an address; nothing is stored
    #[command(subcommand)]
    Page(Page),
    /// Read the whole configuration: what it says, or everything that is wrong with it
    #[command(subcommand)]
    Config(Config),
    /// Try the way to the mail server and into a mailbox
    #[command(subcommand)]
    Mail(Mail),
    /// Who subscribed: list, add, remove, export, erase
    #[command(subcommand)]
    Subscriber(Subscriber),
    /// Mails that came back
    #[command(subcommand)]
    Bounces(Bounces),
    /// Tell everybody who was told of an event that it was wrong
    Correct(Correct),
    /// Say something of an event beside what was read: a note, or that it was checked by a person
    Note(Note),
    /// The evidence: list captures, show one, take its bytes out, check all of it
    #[command(subcommand)]
    Archive(Archive),
    /// Make what is derived from the archive anew: entries, changes, statements, events; nobody is mailed
    Rebuild(Rebuild),
    /// What would come out otherwise, had history been read with a changed page file or with this version's lexicon; nothing is stored
    Backtest(Backtest),
    /// Copy database, archive and configuration into a folder, also while the daemon runs
    Backup(Backup),
    /// Put a backup into an empty state folder; nobody is mailed what may have been mailed before
    Restore(Restore),
    /// How a text is read: clauses, cues, rules, statements; needs no configuration
    Interpret(Interpret),
    /// Set up an installation: configuration, state folder, database; what exists is left as it is
    Init(Init),
}

#[derive(Debug, Args)]
pub struct Run {}

#[derive(Debug, Args)]
pub struct Rebuild {
    /// Only compare: print the first rows that come out otherwise and end with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Make a new database of history alone, and leave the one in use as it is
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub into: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Backtest {
    /// A changed page file; without it all pages are read as they are configured
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
    /// Only what was confirmed at that day or instant (UTC) or later
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only what was confirmed before that day or instant (UTC)
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// End by itself: 0 if every step came out as it should, 1 if not
    #[arg(long)]
    pub exit: bool,
    /// Keep what it makes in this folder [default: a new one below the system's temporary folder]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Page ids; all pages if none is given
    #[arg(value_name = "PAGE")]
    pub pages: Vec<String>,
    /// Where something differs, wait and look again, so that it is confirmed in one call
    #[arg(long)]
    pub confirm: bool,
    /// Print one JSON object per page
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Status {
    /// One line for a monitoring system; the exit code says whether pages, mail and disk are well
    #[arg(long)]
    pub check: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "check")]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Events {
    /// A page id; all pages if none is given
    pub page: Option<String>,
    /// Only this partner, by its ISO code or its name (KE, Kenia, Kenya)
    #[arg(long, value_name = "COUNTRY")]
    pub partner: Option<String>,
    /// Only this step, by its code (`SIGNED`)
    #[arg(long, value_name = "CODE")]
    pub stage: Option<String>,
    /// Only what the page says so certainly (`DONE`, `PLANNED`, `REPORTED_DONE`, …)
    #[arg(long, value_name = "CODE")]
    pub factuality: Option<String>,
    /// Confirmed at that day or instant (UTC) or later
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Confirmed before that day or instant (UTC)
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    /// Print one JSON object per event
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Reinterpret {
    /// Page ids; all pages if none is given
    #[arg(value_name = "PAGE")]
    pub pages: Vec<String>,
    /// Print one JSON object per replaced reading
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct History {
    /// A page id; all pages if none is given
    pub page: Option<String>,
    /// Only this entry, by its key (KE, page, …)
    #[arg(long, value_name = "KEY")]
    pub entry: Option<String>,
    /// Only what was confirmed since a day or an instant (2024-09-16, 2024-09-16T06:00:00Z)
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// With what is cosmetic or toggles and was told to nobody
    #[arg(long)]
    pub all: bool,
    /// At most so many changes
    #[arg(long, default_value_t = 1000)]
    pub limit: usize,
    /// Print CSV
    #[arg(long)]
    pub csv: bool,
    /// Print one JSON object per change
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Diff {
    /// A page id
    pub page: String,
    /// Only this entry, by its key (KE, page, …)
    #[arg(long, value_name = "KEY")]
    pub entry: Option<String>,
    /// The earlier time [default: just before the last change]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// The later time [default: now]
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

#[derive(Debug, Args)]
pub struct Deliveries {
    #[command(subcommand)]
    pub command: Option<DeliveriesCommand>,
    /// With those that were sent
    #[arg(long)]
    pub all: bool,
    /// At most so many rows
    #[arg(long, default_value_t = 1000)]
    pub limit: usize,
    /// Print one JSON object per delivery
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum DeliveriesCommand {
    /// Try again now what was set aside
    Retry {
        /// One delivery, by its number; all that were set aside if none is given
        number: Option<i64>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Hold {
    /// Open holds with their reasons
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// What a held look read, next to what is confirmed
    Show {
        /// The number from `hold list`
        number: i64,
    },
    /// The held look is right: publish its changes
    Accept {
        /// The number from `hold list`
        number: i64,
    },
    /// The held look is the new state, but nobody is told
    Absorb {
        /// The number from `hold list`
        number: i64,
    },
}

#[derive(Debug, Subcommand)]
pub enum Page {
    /// Fetch a page once and show what is read from it
    Check(PageCheck),
}

#[derive(Debug, Args)]
pub struct PageCheck {
    /// A page file, read with its recipe; or an address, for which recipes are proposed
    #[arg(value_name = "FILE|URL")]
    pub source: String,
    /// Ask this network too, though it is not public (127.0.0.0/8 for a site on this machine)
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub allow: Vec<IpNet>,
    /// Follow at most so many entries to their articles
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub articles: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Config {
    /// A summary, or one line for each fault
    Check {
        /// Also greet the mail server, with TLS and login, without sending anything
        #[arg(long)]
        connect: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Log in to the mail server and send one test mail to the operator
    Test(MailTest),
}

#[derive(Debug, Args)]
pub struct MailTest {
    /// Send it to this address instead
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// Show the mail that an entry of a page would bring; sent only with --to
    #[arg(long, value_name = "PAGE")]
    #[expect(
        clippy::option_option,
        reason = "how clap says: with or without a value"
    )]
    pub sample: Option<Option<String>>,
}

#[derive(Debug, Subcommand)]
pub enum Subscriber {
    /// Addresses, their state, and what they want to hear
    List {
        /// Print one JSON object per subscriber
        #[arg(long)]
        json: bool,
    },
    /// Invite an address; nothing else is mailed to it before it confirms
    Add(SubscriberAdd),
    /// End a subscription; the address is deleted after 30 days
    Remove {
        /// The address
        address: String,
    },
    /// All that is stored of an address, as JSON
    Export {
        /// The address
        address: String,
    },
    /// Delete an address and all that went to it; only a keyed hash stays, so that it is not mailed again
    Erase {
        /// The address
        address: String,
    },
}

#[derive(Debug, Args)]
pub struct SubscriberAdd {
    /// The address
    pub address: String,
    /// Only this page, by its id; may be given several times [default: all]
    #[arg(long = "page", value_name = "PAGE")]
    pub pages: Vec<String>,
    /// Only this country, by its ISO code (KE); may be given several times [default: all]
    #[arg(long = "country", value_name = "CODE")]
    pub countries: Vec<String>,
    /// Only this step (SIGNED, TERMINATED, …); may be given several times [default: all]
    #[arg(long = "stage", value_name = "CODE")]
    pub stages: Vec<String>,
    /// Only this certainty (DONE, PLANNED, …); may be given several times [default: all]
    #[arg(long = "factuality", value_name = "CODE")]
    pub factualities: Vec<String>,
    /// Mere changes of wording, too
    #[arg(long)]
    pub wording: bool,
    /// immediate, daily or weekly (on Mondays)
    #[arg(long, default_value = "immediate")]
    pub cadence: String,
    /// de or en [default: the configuration's]
    #[arg(long)]
    pub language: Option<String>,
    /// Where digests are timed
    #[arg(long, value_name = "ZONE", default_value = "Europe/Berlin")]
    pub zone: String,
    /// At which hour they come
    #[arg(long, value_name = "0-23", default_value_t = 7)]
    pub hour: i8,
    /// Once a month without news, say how often we looked
    #[arg(long)]
    pub silence: bool,
    /// Subscribe at once; the words say how the person consented, and are kept as proof
    #[arg(long, value_name = "WORDS")]
    pub consent: Option<String>,
    /// Although this address was erased or complained: the person asked for it
    #[arg(long)]
    pub again: bool,
}

#[derive(Debug, Subcommand)]
pub enum Bounces {
    /// Count what came back, and stop mailing where too much did
    Read {
        /// One mail, or a mailbox file (mbox); "-" is standard input
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct Note {
    /// The event's id, as it stands in mails and in `vermerk events`
    pub event: String,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// What there is to say; readers get these words
    #[arg(long, value_name = "WORDS")]
    pub text: String,
    /// The reading was held against the capture, and it is right
    #[arg(long)]
    pub verified: bool,
}

#[derive(Debug, Args)]
pub struct Correct {
    /// The event's id, as it stands in mails and in `vermerk events`
    pub event: String,
    /// What was wrong; readers get these words
    #[arg(long, value_name = "WORDS")]
    pub why: String,
}

#[derive(Debug, Subcommand)]
pub enum Archive {
    /// Captures, oldest first
    List {
        /// A page id; all pages if none is given
        page: Option<String>,
    },
    /// The record of a capture: where it is, its fields, the server's answer, and whether its digests hold
    Show {
        /// The id that stands in a mail
        capture: String,
    },
    /// The bytes of a capture as they came, for sha256sum
    Extract {
        /// The id that stands in a mail
        capture: String,
        /// Write them to this file instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Hand captures over: as a WACZ, a bag (RFC 8493), or plain WARC files; the same captures give the same bytes
    Export(ArchiveExport),
    /// Take over what others captured: WARC and WACZ files, or an address from the Wayback Machine; nobody is mailed
    Import(ArchiveImport),
    /// Hide a capture from everybody, with the reason; its bytes stay in the archive
    Takedown {
        /// The id that stands in a mail or in `archive list`
        capture: String,
        /// The reason, which everybody sees who asks for the capture
        #[arg(long, value_name = "TEXT")]
        why: String,
        /// Show it again
        #[arg(long)]
        lift: bool,
    },
    /// Check all of it: every record, index and line, the ledger's chain, the signatures
    Verify {
        /// Leave out the files that end before a day or an instant (2024-09-16, 2024-09-16T06:00:00Z)
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
    },
    /// Make what is missing: the index of a closed file, its line in the ledger
    Index,
    /// Sign the ledger now, and print the note and the public key it can be checked with
    Checkpoint,
    /// Every look at an address, unchanged ones too: what it had, and between which times
    Polls {
        /// The address of a list or an article
        #[arg(value_name = "URL")]
        url: url::Url,
        /// The earlier time [default: the beginning]
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// The later time [default: now]
        #[arg(long, value_name = "TIME")]
        to: Option<String>,
    },
}

#[derive(Debug, Args)]
#[group(id = "form", required = true, multiple = false)]
pub struct ExportForm {
    /// One file that replays by itself in ReplayWeb.page (WACZ 1.1.1)
    #[arg(long, value_name = "FILE")]
    pub wacz: Option<PathBuf>,
    /// A folder with a manifest, as repositories take it in (a bag, RFC 8493)
    #[arg(long, value_name = "DIR")]
    pub bagit: Option<PathBuf>,
    /// A folder of WARC files
    #[arg(long, value_name = "DIR")]
    pub warc: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ArchiveExport {
    #[command(flatten)]
    pub form: ExportForm,
    /// Only the captures of this page, and those that hold their bytes
    #[arg(long, value_name = "PAGE")]
    pub page: Option<String>,
    /// Captured since a day or an instant
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Captured before a day or an instant
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

#[derive(Debug, Args)]
pub struct ArchiveImport {
    /// WARC (packed or not) and WACZ files
    #[arg(
        value_name = "FILE",
        required_unless_present = "from_wayback",
        conflicts_with = "from_wayback"
    )]
    pub files: Vec<PathBuf>,
    /// Take over what the Wayback Machine has of this address
    #[arg(long, value_name = "URL", requires = "page")]
    pub from_wayback: Option<Url>,
    /// The page that all of it belongs to [default for files: the page that an address is known by]
    #[arg(long, value_name = "PAGE")]
    pub page: Option<String>,
    /// Captured since a day or an instant
    #[arg(long, value_name = "TIME", requires = "from_wayback")]
    pub from: Option<String>,
    /// Captured before a day or an instant
    #[arg(long, value_name = "TIME", requires = "from_wayback")]
    pub to: Option<String>,
    /// At most so many captures
    #[arg(long, value_name = "N", requires = "from_wayback")]
    pub limit: Option<usize>,
    /// Another archive with the Wayback Machine's interface
    #[arg(
        long,
        value_name = "URL",
        requires = "from_wayback",
        default_value = "https://web.archive.org/"
    )]
    pub wayback: Url,
}

#[derive(Debug, Args)]
pub struct Backup {
    /// A folder that does not exist yet
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// What `vermerk backup` made
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// What becomes of changes that were found after the backup, and of mails that were waiting in it
    #[arg(long, value_enum, default_value_t = Then::Absorb)]
    pub then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Then {
    /// Recorded, told to nobody: they may have been mailed before
    Absorb,
    /// Mailed, although some may arrive a second time
    Mail,
}

#[derive(Debug, Args)]
pub struct Interpret {
    /// A file with the text; standard input if none or "-" is given
    #[arg(value_name = "FILE|-")]
    pub file: Option<PathBuf>,
    /// The language of the text: de, en, es, fr or it
    #[arg(long, value_name = "CODE", default_value = "de")]
    pub lang: String,
    /// When the text was written (2024-09-20, 2024-09, 2024), for dates such as "am Dienstag"
    #[arg(long, value_name = "DATE", conflicts_with = "jsonl")]
    pub date: Option<String>,
    /// The country that the text is about, where it does not say so itself (KE)
    #[arg(long, value_name = "COUNTRY", conflicts_with = "jsonl")]
    pub partner: Option<String>,
    /// Read one JSON object per line (with "id", "lang", "text") and print one per line
    #[arg(long)]
    pub jsonl: bool,
}

#[derive(Debug, Args)]
pub struct Init {
    /// Where the configuration goes
    #[arg(long, value_name = "DIR", default_value = init::CONFIG_DIR)]
    pub config_dir: PathBuf,
    /// Where database and archive go [default: /var/lib/vermerk, or what an existing configuration says]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Begin anew although the archive shows that there was a database
    #[arg(long)]
    pub new_database: bool,
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse().map(|address: std::net::IpAddr| address.into()))
        .map_err(|_| "this is not a network; write for example 127.0.0.0/8".to_owned())
}
