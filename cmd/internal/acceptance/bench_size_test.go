package acceptance

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkIdle measures what a program with nothing to do takes: memory, and the
// share of one core over ten seconds.
func BenchmarkIdle(b *testing.B) {
	for range b.N {
		a := newStage(b, squadsConfig()).onRedis().start()
		<-time.After(2 * time.Second) // the start is over
		before := a.processorTime()
		<-time.After(10 * time.Second)
		b.ReportMetric(100*(a.processorTime()-before).Seconds()/10, "core-%")
		b.ReportMetric(a.memory(), "rss-MB")
	}
}

// BenchmarkStart measures the time from exec to ready.
func BenchmarkStart(b *testing.B) {
	for name, prepare := range map[string]func(*stage) *stage{
		"own-redis":   func(s *stage) *stage { return s },
		"given-redis": (*stage).onRedis,
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for range max(b.N, 5) {
				b.StopTimer()
				s := prepare(newStage(b, squadsConfig()))
				s.env["EARSHOT_DATA_DIR"] = b.TempDir()
				b.StartTimer()
				begin := time.Now()
				a := s.start()
				took = append(took, time.Since(begin))
				b.StopTimer()
				a.kill()
				b.StartTimer()
			}
			report(b, "ready", took)
		})
	}
}

// processorTime is what the program has used of the processors so far.
func (a *actor) processorTime() time.Duration {
	a.b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", a.cmd.Process.Pid))
	if err != nil {
		a.b.Skipf("no figures on this system: %v", err)
	}
	// The name in brackets may hold blanks; utime and stime are the 12th and 13th
	// fields after it, in hundredths of a second.
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		a.b.Fatalf("unknown form of stat: %s", text)
	}
	ticks := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			a.b.Fatalf("unknown form of stat: %s", text)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// memory is the resident memory of the program in MB.
func (a *actor) memory() float64 {
	a.b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", a.cmd.Process.Pid))
	if err != nil {
		a.b.Skipf("no figures on this system: %v", err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		a.b.Fatalf("no VmRSS in: %s", text)
	}
	kB, err := strconv.Atoi(fields[0])
	if err != nil {
		a.b.Fatalf("VmRSS: %v", err)
	}
	return float64(kB) / 1024
}
