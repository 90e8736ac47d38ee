/* SPDX-License-Identifier: MIT */
/* Four threads that take orders: each asks for a price and writes a line. */
#include <pthread.h>
#include <time.h>

static pthread_mutex_t prices_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static int prices[64], lines;

static void pause_us(int us)
{
	nanosleep(&(struct timespec){ .tv_nsec = us * 1000L }, NULL);
}

/* The price of what is not known yet comes from far away. */
static int price_of(int item)
{
	int price;

	pthread_mutex_lock(&prices_lock);
	pause_us(2000);
	price = prices[item] += item;
	pthread_mutex_unlock(&prices_lock);
	return price;
}

static void write_line(int price)
{
	pthread_mutex_lock(&log_lock);
	pause_us(100);
	lines += price > 0;
	pthread_mutex_unlock(&log_lock);
}

static void *take_orders(void *unused)
{
	for (int i = 0; i < 100; i++)
		write_line(price_of(i % 64));
	return unused;
}

int main(void)
{
	pthread_t thread[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, take_orders, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
}
