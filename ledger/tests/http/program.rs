//! The program: what it prints, how it stops, what it says about mistakes.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use crate::Client;

fn start(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shardd-local"));
    command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn refused(args: &[&str]) -> String {
    let output = start(args).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{args:?}");
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error.lines().count(), 1, "one sentence: {error}");
    error
}

#[cfg(unix)]
#[tokio::test]
async fn it_prints_its_addresses_serves_and_stops_on_a_signal() {
    let mut child = start(&["--port", "0", "--control-port", "0", "--regions", "2", "--delay", "1,2"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = |name: &str| lines.next().unwrap().unwrap().strip_prefix(name).unwrap().to_owned();
    let (first, _second, control) = (next("region 0 "), next("region 1 "), next("control "));
    assert_eq!(Client::new(&first).get("/gateway/health").await.unwrap().status, 200);
    let state = Client::new(&control).get("/").await.unwrap().json();
    assert_eq!(
        (&state["regions"][1]["delay_ms"], &state["regions"][1]["fault"]["kind"]),
        (&2.into(), &"none".into())
    );
    let taken = first.rsplit(':').next().unwrap();
    let error = refused(&["--regions", "1", "--port", taken]);
    assert!(error.contains(&format!("port {taken} is taken: stop what listens there")), "{error}");
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert!(child.wait().unwrap().success(), "a gentle stop is a success");
    let mut error = String::new();
    child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    assert_eq!(error, "");
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_beside_another_takes_any_control_port() {
    let mut children = Vec::new();
    for host in ["127.0.0.1", "0.0.0.0"] {
        let mut child = start(&["--port", "0", "--regions", "1", "--host", host, "--spread"]);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = |name: &str| lines.next().unwrap().unwrap().strip_prefix(name).unwrap().to_owned();
        let (region, control) = (next("region 0 "), next("control "));
        assert!(region.starts_with(&format!("http://{host}:")), "{region}");
        assert_ne!(control, format!("http://{host}:8080"), "the usual port is another ledger's");
        assert_eq!(Client::new(&region).get("/gateway/health").await.unwrap().status, 200);
        assert_eq!(Client::new(&control).get("/").await.unwrap().status, 200);
        children.push((child, lines));
    }
    for (child, _lines) in &mut children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn it_explains_mistakes_in_one_sentence() {
    assert!(refused(&["--port", "x"]).contains("--port wants a whole number"));
    assert!(refused(&["--regions", "0"]).contains("from 1 to 64"));
    assert!(refused(&["--delay", "1,2", "--regions", "1"]).contains("--delay names 2 regions"));
    assert!(refused(&["--port", "65535"]).contains("no room"));
    assert!(refused(&["--auth", "/no/such/file"]).contains("cannot read /no/such/file"));
    assert!(refused(&["--host", "localhost"]).contains("--host wants an IP address"));
    assert!(refused(&["--host", "192.0.2.1"]).contains("choose another with --host"));
    assert!(refused(&["--nonsense"]).contains("--help"));
    assert!(refused(&["--port"]).contains("--help"));
    let help = start(&["--help"]).wait_with_output().unwrap();
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("--replication-delay"));
}

#[cfg(unix)]
#[tokio::test]
async fn it_reads_keys_from_a_file() {
    let path = std::env::temp_dir().join(format!("shardd-local-keys-{}.toml", std::process::id()));
    let keys = "[[keys]]\ntoken = \"t\"\nscopes = [\"read\"]\nbuckets = { prefix = \"app-\" }\ncredits = 1\n";
    std::fs::write(&path, keys).unwrap();
    let mut child =
        start(&["--port", "0", "--control-port", "0", "--regions", "1", "--auth", path.to_str().unwrap()]);
    // Held to the end: the program goes on to write after its first line.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let mut client = Client::new(line.strip_prefix("region 0 ").unwrap());
    let key = [("authorization", "Bearer t")];
    for (path, status) in
        [("/balances?bucket=x", 403), ("/balances?bucket=app-x", 200), ("/balances?bucket=app-x", 402)]
    {
        assert_eq!(client.send("GET", path, &key, "").await.unwrap().status, status, "{path}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    std::fs::write(&path, "[[keys]]\ntokn = 1\n").unwrap();
    let output = start(&["--auth", path.to_str().unwrap()]).wait_with_output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("is not a list of keys"));
    std::fs::remove_file(&path).unwrap();
}
