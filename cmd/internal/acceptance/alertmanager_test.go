package acceptance

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// startAlertmanager runs a real Alertmanager of its own and returns where it is asked.
func startAlertmanager(t *testing.T, config string) string {
	t.Helper()
	folder, address := t.TempDir(), freeAddress(t)
	file := filepath.Join(folder, "alertmanager.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatalf("write Alertmanager's configuration: %v", err)
	}
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		t.Fatalf("file for Alertmanager's log: %v", err)
	}
	defer log.Close() //nolint:errcheck // the child has its own handle
	cmd := exec.Command("prometheus-alertmanager", "--config.file="+file, "--storage.path="+filepath.Join(folder, "data"),
		"--web.listen-address="+address, "--cluster.listen-address=")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatalf("start Alertmanager: %v", err)
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed in the end
		close(done)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // an error says that it is gone already
		<-done
		if words, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("Alertmanager said:\n%s", tail(string(words), 50))
		}
	})
	until(t, "Alertmanager is ready", func() bool {
		got, err := ask(t, http.MethodGet, "http://"+address+"/-/ready", "")
		return err == nil && got.status == http.StatusOK
	})
	return "http://" + address
}
