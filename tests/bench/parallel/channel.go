// Messages a second through Go's channels: PRODUCERS CONSUMERS CAPACITY MESSAGES PROCESSORS
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

func main() {
	var n [5]int
	for i := range n {
		n[i], _ = strconv.Atoi(os.Args[i+1])
	}
	producers, consumers, capacity, messages := n[0], n[1], n[2], n[3]
	runtime.GOMAXPROCS(n[4])
	each := messages / producers
	c := make(chan uint64, capacity)
	sums := make([]uint64, consumers*8)
	var sending, receiving sync.WaitGroup
	start := time.Now()
	for p := 0; p < producers; p++ {
		sending.Add(1)
		go func() {
			for i := 0; i < each; i++ {
				c <- uint64(i)
			}
			sending.Done()
		}()
	}
	for r := 0; r < consumers; r++ {
		receiving.Add(1)
		go func(r int) {
			var sum uint64
			for v := range c {
				sum += v
			}
			sums[8*r] = sum
			receiving.Done()
		}(r)
	}
	sending.Wait()
	close(c)
	receiving.Wait()
	took := time.Since(start).Seconds()
	var sum uint64
	for r := 0; r < consumers; r++ {
		sum += sums[8*r]
	}
	if sum != uint64(producers)*uint64(each)*uint64(each-1)/2 {
		fmt.Fprintln(os.Stderr, "channel.go: wrong sum")
		os.Exit(1)
	}
	fmt.Printf("%.3f\n", float64(producers*each)/took/1e6)
}
