package app

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage"
)

// codeLife is how long a code may be used.
const codeLife = 15 * time.Minute

// newCode makes a code of six digits and what is stored of it.
func (a *App) newCode(person oncall.PersonID, phone oncall.Phone, via oncall.Method) (code string, p storage.Proof) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand ends the program by itself before it fails
	}
	code = fmt.Sprintf("%06d", n)
	p = storage.Proof{Phone: phone, Via: via, Salt: rand.Text(), Until: a.now().Add(codeLife)}
	p.MAC = a.macOf(person, p, code)
	return code, p
}

// macOf binds a code to a person and a number. Whoever reads the store alone can't try
// out the million codes: the key is made of the providers' secrets.
func (a *App) macOf(person oncall.PersonID, p storage.Proof, code string) string {
	mac := hmac.New(sha256.New, []byte(strings.Join(a.settings.secrets(), " ")))
	_, _ = fmt.Fprintf(mac, "%q %q %q %q", person, string(p.Phone), p.Salt, code) // a hash takes everything
	return hex.EncodeToString(mac.Sum(nil))
}

// writtenCode is the SMS with a code.
func writtenCode(name, code string) string {
	return fmt.Sprintf("%s is the code by which %s links this phone to Earshot. Say in chat within 15 minutes: verify %s. Not you? Ignore it.", code, name, code)
}

// spokenCode is what a call with a code says, digit by digit. It is said twice.
func spokenCode(name, code string) string {
	digits := strings.Join(strings.Split(code, ""), ", ")
	return fmt.Sprintf("This is Earshot. %s wants to link this phone. The code is: %s.", name, digits)
}
